"""The survey of enterprises 摸排 as a workbook, with the heads of domain.md §7.4 as far as the portal holds them."""

from django.utils import timezone

from xinyu_portal import sheets

HEADS = (
    ("序号", 6), ("企业名称", 28), ("统一社会信用代码", 22), ("类型", 10), ("所在地", 14), ("地址", 30), ("负责人", 10),
    ("从业人员数", 12), ("主播数", 8), ("所属支部", 18), ("组建方式", 14), ("是否应建未建", 12),
)
SAID = {True: "是", False: "否", None: "没有看过"}


def write(rows, *, actor, office, reason, at):
    """Return the .xlsx of enterprises loaded `for_list`. Who takes it, when and what for stands on top."""
    when = timezone.localtime(at)
    lines = (
        f"新余市网络直播行业党委 · 直播企业摸排表 · 共 {len(rows)} 家",
        f"导出人：{actor.name}{f'（{office}）' if office else ''} · {when:%Y年%m月%d日 %H:%M} · 用途：{reason}",
        "主播数是门户里登记的人数。只用于上面写的用途，不得外传。",
    )
    return sheets.write("摸排表", lines, HEADS, (_row(no, row) for no, row in enumerate(rows, start=1)))


def _row(no, row):
    return (
        no, row.name, row.credit_code or "", row.get_kind_display() or "待摸排",
        row.division.name if row.division else "", row.address, row.head, row.get_staff_band_display(),
        row.anchor_count, row.branch.short_name if row.branch else "", row.get_party_form_display() or "没有党组织",
        SAID[row.should_build],
    )
