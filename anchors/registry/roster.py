"""The roster of anchors as a workbook: the fields of domain.md §6.3, one row a person, phones masked."""

from django.utils import timezone

from anchors.registry.own import wishes
from xinyu_portal import sheets

HEADS = (
    ("序号", 6), ("姓名", 10), ("性别", 6), ("手机（打码）", 14), ("主播名", 18),
    ("现居县区", 10), ("现居乡镇街道", 14), ("从业类型", 10), ("从业起始年月", 12), ("签约企业或园区", 22),
    ("平台账号", 30), ("主要类别", 14), ("粉丝量级（自报）", 24), ("愿意接受党员联系", 10),
    ("联系党员", 10), ("联系支部", 18), ("意愿", 22), ("同意书", 18), ("备注", 24),
)
ACCEPTS = {True: "是", False: "否", None: "没有问过"}


def write(rows, *, count, conditions, actor, office, reason, at):
    """Return the .xlsx of these anchors, loaded `for_roster`. Who takes it, when and what for stands on top."""
    when = timezone.localtime(at)
    lines = (
        f"新余市网络直播行业党委 · 网络主播名册 · 共 {count} 人 · 条件：{conditions}",
        f"导出人：{actor.name}{f'（{office}）' if office else ''} · {when:%Y年%m月%d日 %H:%M} · 用途：{reason}",
        "含个人信息，只用于上面写的用途，用完删除，不得外传。粉丝量级由主播自己填报。",
    )
    return sheets.write("主播名册", lines, HEADS, (_row(no, anchor) for no, anchor in enumerate(rows, start=1)))


def _row(no, anchor):
    person, accounts = anchor.user, anchor.listed_accounts
    county, township = _place(anchor.division)
    return (
        no, person.name, person.get_sex_display(), person.phone_mask, anchor.stage_name, county, township,
        anchor.get_kind_display(), f"{anchor.since:%Y-%m}" if anchor.since else "",
        anchor.enterprise.name if anchor.enterprise else "",
        _lines(f"{account.get_platform_display()} {account.nickname}" for account in accounts),
        _lines(account.get_genre_display() for account in accounts),
        _lines(f"{account.get_followers_band_display()}（{account.as_of:%Y-%m}）" for account in accounts),
        ACCEPTS[anchor.accepts_contact], anchor.contact.name if anchor.contact else "",
        anchor.branch.short_name if anchor.branch else "", wishes(anchor), _consent(person), anchor.note,
    )


def _place(division):
    """(county, township) by name; either may be unknown."""
    if division is None:
        return "", ""
    return (division.parent.name, division.name) if len(division.pk) > 6 else (division.name, "")


def _consent(person):
    for consent in person.listed_consents:
        return f"{consent.text_version} 版 {timezone.localdate(consent.given_at):%Y-%m-%d}"
    return "没有记录"


def _lines(texts):
    return "；".join(dict.fromkeys(text for text in texts if text))
