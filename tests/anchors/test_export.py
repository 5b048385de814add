from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.models import AuditEvent
from anchors.registry import services
from anchors.registry.models import Anchor
from anchors.registry.roster import HEADS
from xinyu_portal import sheets

pytestmark = pytest.mark.django_db
EXPORT = "/anchors/export/"
REASON = {"reason": "助农报名核对"}


def opened(content):
    return [[cell.value for cell in row] for row in load_workbook(BytesIO(content)).active.iter_rows()]


def test_it_holds_what_was_narrowed_to_and_says_who_when_why(city, sign_in):
    services.add_account(
        city.anchor.anchor, actor=city.anchor, platform="DOUYIN", nickname="小禾说鞋", followers_band="UNDER_1K"
    )
    Anchor.objects.filter(pk=city.anchor.anchor.pk).update(division="360502001")
    answer = sign_in(city.staff).post(f"{EXPORT}?branch={city.branch.pk}", REASON)
    top, who, _, heads, *rows = opened(answer.content)
    assert answer["Content-Type"] == sheets.TYPE
    assert "filename*=utf-8''%E4%B8%BB%E6%92%AD" in answer["Content-Disposition"]
    assert "共 1 人" in top[0] and "支部：万商红" in top[0]
    assert "陆知行（党委工作人员）" in who[0] and "助农报名核对" in who[0]
    assert heads == [name for name, _ in HEADS]
    [row] = rows
    assert row[:7] == [1, "林小禾", "未知", "138****0002", "小禾说鞋", "渝水区", "城南街道"]
    assert row[10] == "抖音 小禾说鞋" and row[14:16] == ["周映红", "万商红"]
    assert "13807900002" not in str(rows)


def test_it_is_kept_who_took_how_many(city, sign_in):
    sign_in(city.staff).post(f"{EXPORT}?contact=none", REASON)
    kept = AuditEvent.objects.get()
    assert (kept.kind, kept.actor, kept.office, kept.reason) == ("EXPORT", city.staff, "党委工作人员", "助农报名核对")
    assert kept.facts == {"count": 2, "filter": {"contact": "none"}}


def test_without_a_reason_nothing_leaves(city, sign_in):
    for reason in ("", " ", "啊", "长" * 101):
        assert sign_in(city.staff).post(EXPORT, {"reason": reason}).status_code == 400
    assert not AuditEvent.objects.exists()


def test_an_officer_takes_only_the_own_branch(city, sign_in):
    rows = opened(sign_in(city.secretary).post(EXPORT, REASON).content)[4:]
    assert [row[1] for row in rows] == ["林小禾"]


@pytest.mark.parametrize("who", ["member", "anchor", "auditor", "clerk", "stranger", "admin"])
def test_others_may_not(city, sign_in, who):
    client = sign_in(getattr(city, who))
    assert client.get(EXPORT).status_code == client.post(EXPORT, REASON).status_code == 403


def test_who_took_consent_back_is_not_in_it(city, sign_in):
    services.withdraw_consent(city.anchor.anchor, actor=city.anchor)
    rows = opened(sign_in(city.staff).post(EXPORT, REASON).content)[4:]
    assert "林小禾" not in str(rows) and len(rows) == 2


def test_too_many_or_unclear_is_refused(city, sign_in, monkeypatch):
    client = sign_in(city.staff)
    assert client.post(f"{EXPORT}?kind=STAR", REASON).status_code == 409
    monkeypatch.setattr(services, "EXPORT_LIMIT", 2)
    assert client.post(EXPORT, REASON).status_code == 409
    assert "再缩小一些" in client.get(EXPORT).content.decode()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("typed", ["=1+1", "=HYPERLINK(\"http://x\")", "+1", "-1", "@SUM(A1)", "#N/A", "a\x07b"])
def test_no_cell_is_a_formula(typed):
    book = load_workbook(BytesIO(sheets.write("表", [typed], (("头", 9),), [[typed, 7]])))
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells if cell.value != 7} == {"s"}
    assert cells[-2].value == typed.replace("\x07", "")


def test_an_empty_text_is_no_cell_and_a_zero_is_one():
    book = load_workbook(BytesIO(sheets.write("表", ["表"], (("头", 9),) * 3, [["", 0, "甲"]])))
    assert [cell.value for cell in list(book.active.iter_rows())[-1]] == [None, 0, "甲"]
