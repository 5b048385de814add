"""The auditor reads trails without words, words only while an authorisation runs, and the record of who looked."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.tokens import issue
from appeals import services
from appeals.models import WordsGrant
from appeals.protection.models import Recusal
from appeals.protection.services import grant_words
from members.sheets import services as sheets
from members.transfers import services as transfers
from notices.models import Notice
from tests.factories import recorded_meeting, roster_rows, submit_appeal

pytestmark = pytest.mark.django_db
SAID, ANSWER, INNER = "鞋压坏了五双，网点不赔。", "网点答应赔 300 元。", "像是老网点。"


@pytest.fixture
def appeal(city):
    appeal = submit_appeal(city, title="样鞋压坏", body=SAID)
    services.note(appeal, actor=city.member, text=INNER, internal=True)
    return services.reply(appeal, actor=city.member, text=ANSWER)


@pytest.fixture
def reading(city, sign_in):
    """`reading(name, *args)` is the text of a page as the auditor gets it."""

    def read(name, *args, **query):
        response = sign_in(city.auditor).get(reverse(f"appeals:{name}", args=args), query)
        assert response.status_code == 200, response
        return response.content.decode()

    return read


def grant(appeal, city, *, actor=None, days=(0, 2), auditor=None, reason="抽查答复"):
    since, until = (timezone.localdate() + timedelta(days=n) for n in days)
    return grant_words(
        appeal, actor=actor or city.chief, auditor=auditor or city.auditor, since=since, until=until, reason=reason
    )


def trail_of(user, appeal):
    headers = {"Authorization": f"Token {issue(user)[1]}"}
    return Client().get(f"/api/v1/appeals/{appeal.pk}/trail/", headers=headers)


def test_the_list_has_numbers_and_verbs_and_no_words(city, reading, appeal):
    text = reading("audit")
    assert appeal.number in text
    assert "回复" in text
    assert not any(words in text for words in (appeal.title, SAID, ANSWER, city.anchor.name))
    assert appeal.number not in reading("audit", q="SQ-19990101")


def test_a_trail_has_offices_and_hashes_and_no_words(city, reading, appeal):
    text = reading("audit_trail", appeal.pk)
    assert "联系党员" in text
    assert appeal.events.last().hash in text
    hidden = (appeal.title, SAID, ANSWER, INNER, city.anchor.name, city.member.name)
    assert not any(words in text for words in hidden)


def test_the_api_says_neither_words_nor_salts_nor_names(city, appeal):
    lines = trail_of(city.auditor, appeal).json()["results"]
    assert [line["verb"] for line in lines] == ["submit", "note", "accept", "reply"]
    assert all(line[name] is None for line in lines for name in ("text", "public_salt", "actor"))
    assert lines[0]["actor_id"] is None
    assert Client().get(f"/api/v1/appeals/{appeal.pk}/").status_code == 401


def test_the_words_are_read_while_the_authorisation_runs(city, reading, appeal):
    given = grant(appeal, city)
    assert all(words in reading("audit_trail", appeal.pk) for words in (SAID, ANSWER, INNER))
    assert trail_of(city.auditor, appeal).json()["results"][-1]["text"] == ANSWER
    other = submit_appeal(city, title="另一件", body="另一件的话。")
    assert "另一件的话" not in reading("audit_trail", other.pk)
    WordsGrant.objects.filter(pk=given.pk).update(
        since=timezone.localdate() - timedelta(days=9), until=timezone.localdate() - timedelta(days=1)
    )
    assert SAID not in reading("audit_trail", appeal.pk)
    assert trail_of(city.auditor, appeal).json()["results"][-1]["text"] is None


def test_one_that_begins_tomorrow_opens_nothing_today(city, reading, appeal):
    grant(appeal, city, days=(1, 2))
    assert SAID not in reading("audit_trail", appeal.pk)


def test_the_anchor_sees_the_authorisation_and_the_look(city, reading, sign_in, appeal):
    grant(appeal, city)
    reading("audit_trail", appeal.pk)
    text = sign_in(city.anchor).get(reverse("appeals:viewers", args=[appeal.pk])).content.decode()
    assert "授权审计查阅内容" in text
    assert AuditEvent.objects.filter(actor=city.auditor, kind="VIEW").count() == 1
    told = Notice.objects.get(recipient=city.auditor, title="您可以查阅一件诉求的内容")
    assert f"{timezone.localdate():%Y年%-m月%-d日}到" in told.text


def test_the_same_authorisation_twice_is_one(city, appeal):
    assert grant(appeal, city) == grant(appeal, city)
    assert AuditEvent.objects.filter(kind="SETTING").count() == 1


def test_only_the_secretary_authorises_and_only_an_auditor(city, appeal):
    for user in (city.staff, city.secretary, city.auditor, city.anchor):
        with pytest.raises(PermissionDenied):
            grant(appeal, city, actor=user)
    wrongs = [{"auditor": city.staff}, {"reason": " "}, {"reason": "长" * 201}]
    wrongs += [{"days": days} for days in ((2, 1), (-3, -1), (0, 31))]
    for wrong in wrongs:
        with pytest.raises(ValidationError):
            grant(appeal, city, **wrong)


def test_who_is_recused_reads_nothing_of_it(city, reading, sign_in, appeal):
    sign_in(city.staff).get(reverse("appeals:detail", args=[appeal.pk]))
    assert appeal.number in reading("audit_records")
    Recusal.objects.create(appeal=appeal, user=city.auditor, why="staff", at=timezone.now(), by=city.chief)
    assert appeal.number not in reading("audit")
    assert appeal.number not in reading("audit_records")
    assert trail_of(city.auditor, appeal).status_code == 404
    assert sign_in(city.auditor).get(reverse("appeals:audit_trail", args=[appeal.pk])).status_code == 404
    with pytest.raises(ValidationError):
        grant(appeal, city)


def test_the_records_say_who_looked_and_are_narrowed(city, reading, sign_in, appeal):
    sign_in(city.staff).get(reverse("appeals:detail", args=[appeal.pk]))
    text = reading("audit_records")
    assert all(words in text for words in ("党委工作人员", city.staff.name, appeal.number))
    today = timezone.localdate()
    assert appeal.number in reading("audit_records", kind="VIEW", day=today.isoformat())
    assert appeal.number not in reading("audit_records", kind="EXPORT")
    assert appeal.number not in reading("audit_records", day=(today - timedelta(days=1)).isoformat())
    assert appeal.number in reading("audit_records", kind="nonsense", day="x")


def test_the_first_page_is_the_list(city, sign_in):
    assert sign_in(city.auditor).get("/").url == reverse("appeals:audit")


def test_a_record_says_in_chinese_what_it_is_about(city, reading):
    meeting = recorded_meeting(city)
    for subject, pk in (("members.sheet", "members"), ("word_template", "rollup"), ("gone.table", "7")):
        AuditEvent.objects.create(
            kind=AuditEvent.Kind.SETTING, actor=city.staff, office="党委工作人员", subject_type=subject, subject_id=pk
        )
    text = reading("audit_records")
    for said in (f"组织生活 {meeting.pk}", "名册表格：党员花名册<", "报表汇总的 Word 模板<", "gone.table 7"):
        assert said in text


def test_an_export_says_which_table_of_which_branches_and_how_many(city, reading):
    sheets.export("dues", actor=city.secretary, reason="核对党费")
    text = reading("audit_records", kind="EXPORT")
    assert "名册表格：党费收缴台账<" in text and "万商红，3 条<" in text
    sheets.export("members", actor=city.staff, reason="年报核对")
    assert "全部支部，4 条<" in reading("audit_records", kind="EXPORT")


def test_how_a_list_was_narrowed_is_told_without_the_words_that_were_typed(city, reading):
    facts = {"count": 2, "filter": {"q": "林小禾"}}
    AuditEvent.objects.create(kind="EXPORT", actor=city.staff, subject_type="anchors.anchor", facts=facts)
    text = reading("audit_records")
    assert "按条件筛过，2 条" in text and "林小禾" not in text


def test_what_was_registered_or_received_is_not_called_a_correction(city, reading):
    rows = roster_rows(city)
    transfers.receive(rows["moving_in"], actor=city.secretary, on=date(2026, 1, 20))
    text = reading("audit_records")
    for said in ("登记", "登记参加组织生活", "开介绍信", "办结转接", "成立", "更正"):
        assert f"<b>{said}</b>" in text
    assert text.count("<b>更正</b>") == 1  # the ID number of a card


def test_the_records_say_what_is_not_among_them(reading):
    assert "报表的上报和通过、报表准入的审批不在这里" in reading("audit_records")
