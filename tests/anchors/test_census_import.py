"""A census workbook on its way into the registry: read, looked at, confirmed, written all or nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import AuditEvent, User
from anchors.census import services
from anchors.census.models import Entry, Import, StagedPerson, StagedRow, Workbook
from anchors.census.writing import Writing
from anchors.registry.models import Anchor, Declaration, PlatformAccount
from branches.organisation.models import Enterprise
from notices.models import Notice
from tests.census_files import census, person, row, sheet_of
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
State = Import.State


@pytest.fixture
def read(city):
    """`read(row, …)`: upload these rows and let a worker read them; returns the Import."""

    def read(*rows, **options):
        uploaded = services.upload(census(*rows), file_name="摸底.xlsx", actor=city.staff, **options)
        services.work()
        return Import.objects.get(pk=uploaded.pk)

    return read


@pytest.fixture
def bring_in(read, city):
    """The same, confirmed and written."""

    def bring_in(*rows, **options):
        found = services.confirm(read(*rows, **options), actor=city.staff)
        services.work()
        return Import.objects.get(pk=found.pk)

    return bring_in


def registered(phone="19900010000"):
    return Anchor.objects.get(user__phone_index=User.objects.with_phone(phone).get().phone_index)


def everything():
    """What an import may touch, as values."""
    tables = (User, Anchor, PlatformAccount, Declaration, Enterprise, Entry)
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in tables}


def test_nothing_is_written_before_somebody_confirms(read):
    before = everything()
    found = read(row())
    assert (found.state, found.counts["new"], found.counts["people"]) == (State.READ, 1, 1)
    assert everything() == before


def test_confirmed_it_stands_in_the_registry(bring_in, city):
    said = {"签约机构/企业": "天坤数字产业园", "所属支部": "万商红", "是否愿意接受党员联系": "是", "备注": "要场地"}
    found = bring_in(row(**said))
    anchor = registered()
    assert found.state == State.DONE
    assert (anchor.user.name, anchor.user.sex, anchor.user.phone_mask) == ("杜文", "2", "199****0000")
    assert anchor.user.reveal_phone() == "19900010000" and not anchor.user.has_usable_password()
    assert (anchor.stage_name, anchor.kind, anchor.division.name) == ("杜大叔农场", "PART_TIME", "新钢街道")
    assert (anchor.since, anchor.accepts_contact, anchor.note) == (date(2025, 2, 1), True, "要场地")
    assert (anchor.enterprise.name, anchor.branch) == ("天坤数字产业园", city.branch)
    account = anchor.accounts.get()
    assert (account.platform, account.nickname, account.followers_band, account.genre) == (
        "DOUYIN", "杜大叔农场", "UNDER_1K", "FARM"
    )
    assert account.declarations.get().followers_band == "UNDER_1K"
    assert list(Anchor.objects.search("杜文")) == list(Anchor.objects.search("dw")) == [anchor]


def test_two_rows_of_one_number_are_one_person_with_two_accounts(bring_in):
    bring_in(row(), row(**{"平台": "快手", "账号名称": "杜大叔快手"}))
    assert {account.platform for account in registered().accounts.all()} == {"DOUYIN", "KUAISHOU"}


def test_importing_twice_changes_nothing(bring_in, read):
    bring_in(row(), person(1))
    before = everything()
    again = bring_in(row(), person(1))
    assert {name: again.counts[name] for name in ("new", "changed", "same")} == {"new": 0, "changed": 0, "same": 2}
    assert everything() == before


def test_what_changed_is_named_and_then_written(read, city):
    services.confirm(read(row()), actor=city.staff)
    services.work()
    found = read(row(**{"网名": "杜文农场", "粉丝量": "3.2万", "从业类型": "专职", "签约机构/企业": "电商孵化园"}))
    [staged] = found.people.all()
    assert staged.change == "CHANGED"
    assert staged.changes == ["主播名", "从业类型", "签约机构/企业", "账号 杜大叔农场"]
    services.confirm(found, actor=city.staff)
    services.work()
    anchor = registered()
    assert (anchor.stage_name, anchor.kind, anchor.enterprise.name) == ("杜文农场", "FULL_TIME", "电商孵化园")
    assert anchor.accounts.get().followers_band == "UNDER_100K"
    assert list(Anchor.objects.search("文农")) == [anchor]


def test_the_bands_of_two_days_are_both_kept(bring_in):
    bring_in(row())
    Declaration.objects.update(as_of=date(2026, 1, 1))
    bring_in(row(**{"粉丝量": "3.2万"}))
    said = Declaration.objects.order_by("as_of").values_list("followers_band", flat=True)
    assert list(said) == ["UNDER_1K", "UNDER_100K"]


def test_an_empty_cell_takes_nothing_away(bring_in):
    bring_in(row(**{"签约机构/企业": "电商孵化园", "备注": "要场地"}))
    before = everything()
    blank = dict.fromkeys(("网名", "性别", "从业类型", "从业起始年月", "粉丝量", "主要类别"))
    assert bring_in(row(**blank)).counts["same"] == 1
    assert everything() == before


def test_rejected_rows_come_back_and_are_taken_once_corrected(bring_in, city):
    found = bring_in(row(), person(1, 粉丝量="好多"), person(2, 县区="上海市"), person(3, 备注="=1+1"))
    assert (found.counts["people"], found.counts["rejected"]) == (2, 2)
    [head, first, second] = sheet_of(services.rejected_workbook(found))
    assert head[-1] == "错误原因" and "粉丝量" in first[-1] and "上海市" in second[-1]
    corrected = [dict(zip(head, cells, strict=True)) for cells in (first, second)]
    corrected[0]["粉丝量"], corrected[1]["*县区"], corrected[1]["乡镇街道"] = "2万", "分宜县", None
    services.upload(census(*corrected, heads=head), file_name="退回的行.xlsx", actor=city.staff)
    services.work()
    assert Import.objects.newest_first().first().counts["rejected"] == 0


def test_a_formula_is_its_text(bring_in):
    bring_in(row(备注="=1+1"))
    assert registered().note == "=1+1"


def test_the_same_number_with_another_name_is_rejected_in_the_file_and_against_the_registry(bring_in):
    found = bring_in(row(), row(姓名="杜武", 账号名称="别人的"))
    assert (found.counts["people"], found.counts["rejected"]) == (1, 1)
    assert bring_in(row(姓名="杜武"), person(1)).counts["rejected"] == 1


def test_a_party_member_who_goes_live_becomes_an_anchor_and_stays_one_person(bring_in, city):
    people = User.objects.count()
    bring_in(row(姓名="周映红", 手机号码="13807900001"))
    assert city.member.anchor.stage_name == "杜大叔农场"
    assert User.objects.count() == people


def test_who_was_registered_since_the_preview_sends_it_back_to_be_looked_at_again(read, city):
    found = services.confirm(read(row(), person(1)), actor=city.staff)
    user = User.objects.create_user("late", name="杜文", phone="19900010000")
    Anchor.objects.create(user=user, stage_name="晚到", enrolled_on=date(2026, 1, 1))
    services.work()
    found.refresh_from_db()
    assert found.state == State.READ and "再看一遍" in found.refusal
    assert (found.counts["new"], found.counts["changed"]) == (1, 1)
    assert not User.objects.with_phone("19900020001").exists()


def test_all_or_nothing(read, city, monkeypatch):
    found = services.confirm(read(row(), person(1)), actor=city.staff)
    before = everything()

    def broken(writing):
        run(writing)
        raise IntegrityError("at the very end")

    run = Writing.run
    with monkeypatch.context() as patch:
        patch.setattr(Writing, "run", broken)
        services.work(only=found)
    assert everything() == before


@pytest.mark.parametrize("at", ["reading", "writing"])
def test_killed_in_the_middle_and_taken_up_again_each_person_is_there_once(city, monkeypatch, at):
    monkeypatch.setattr(services, "STEP", 2)
    uploaded = services.upload(census(*map(person, range(7))), file_name="摸底.xlsx", actor=city.staff)

    def killed(row):
        if row.done >= 4 or at == "writing":
            raise KeyboardInterrupt

    if at == "writing":
        services.work()
        services.confirm(uploaded, actor=city.staff)
        monkeypatch.setattr(Writing, "run", lambda writing: killed(uploaded))
    with pytest.raises(KeyboardInterrupt):
        services.work(progress=killed)
    monkeypatch.undo()
    assert services.work() == 0  # it may still be alive
    services.work(timezone.now() + timedelta(minutes=2))
    if at == "reading":
        services.confirm(uploaded, actor=city.staff)
        services.work()
    uploaded.refresh_from_db()
    assert uploaded.state == State.DONE
    assert User.objects.filter(username__startswith="zb").count() == 7


def test_a_worker_that_was_succeeded_writes_nothing_more(city):
    uploaded = services.upload(census(row()), file_name="摸底.xlsx", actor=city.staff)

    def succeeded(row):
        Import.objects.filter(pk=row.pk).update(seen_at=timezone.now() + timedelta(minutes=1))

    services.work(progress=succeeded)
    uploaded.refresh_from_db()
    assert uploaded.state == State.READING


def test_what_nobody_foresaw_ends_in_one_sentence_and_not_in_a_loop(city, monkeypatch):
    uploaded = services.upload(census(row()), file_name="摸底.xlsx", actor=city.staff)
    monkeypatch.setattr(services, "_stage", lambda *args: 1 / 0)
    assert services.work() == 1
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.refusal) == (State.REFUSED, services.FAILED)


def test_a_file_that_is_none_is_refused_with_one_sentence_and_forgotten(city):
    uploaded = services.upload(b"PK\x03\x04 torn", file_name="主播.xlsx", actor=city.staff)
    services.work()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.refusal[-1]) == (State.REFUSED, "。")
    assert not Workbook.objects.exists()


@pytest.mark.parametrize(("content", "sentence"), [(b"", "空的"), (b"x" * (services.LARGEST_FILE + 1), "20 MB")])
def test_an_empty_or_a_huge_file_is_refused_at_once(city, content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        services.upload(content, file_name="主播.xlsx", actor=city.staff)


def test_only_the_committee_brings_a_census_in(read, city):
    found = read(row())
    for act in (services.confirm, services.discard):
        with pytest.raises(PermissionDenied):
            act(found, actor=city.secretary)
    with pytest.raises(PermissionDenied):
        services.upload(census(row()), file_name="摸底.xlsx", actor=city.secretary)


def test_given_up_nothing_of_it_is_left(read, city):
    found = services.discard(read(row(), person(1, 粉丝量="好多")), actor=city.staff)
    assert not (StagedPerson.objects.exists() or StagedRow.objects.exists() or Workbook.objects.exists())
    with pytest.raises(Conflict):
        services.confirm(found, actor=city.staff)


def test_confirming_twice_is_confirming_once(read, city):
    found = services.confirm(read(row()), actor=city.staff)
    assert services.confirm(found, actor=city.chief).confirmed_by == city.staff
    services.work()
    with pytest.raises(Conflict):
        services.discard(found, actor=city.staff)


def test_nobody_to_write_cannot_be_confirmed(read, city):
    with pytest.raises(Conflict, match="没有可以写入的人"):
        services.confirm(read(row(粉丝量="好多")), actor=city.staff)


def test_no_number_stands_in_clear_while_it_waits(read):
    read(row(), person(1, 手机号码="1380013"))
    staged = [text for table in (StagedPerson, StagedRow) for text in table.objects.values_list("sealed", flat=True)]
    assert len(staged) == 2 and not any("19900010000" in text or "1380013" in text for text in staged)


def test_written_only_what_was_rejected_is_left_and_that_for_thirty_days(bring_in):
    bring_in(row(), person(1, 粉丝量="好多"))
    assert not (StagedPerson.objects.exists() or Workbook.objects.exists())
    assert services.forget_old(timezone.now()) == 0 and StagedRow.objects.exists()
    services.forget_old(timezone.now() + timedelta(days=31))
    assert not StagedRow.objects.exists()


def test_it_is_on_record_and_who_confirmed_hears_of_it(bring_in, city):
    found = bring_in(row())
    event = AuditEvent.objects.get(kind="IMPORT")
    assert (event.actor, event.subject_id, event.facts["new"]) == (city.staff, str(found.pk), 1)
    assert Notice.objects.get(recipient=city.staff, key=f"census:{found.pk}").text.startswith("新登记 1 人")


def test_what_is_written_is_dated_by_the_instant_that_the_worker_is_given(city):
    day = timezone.now() - timedelta(days=40)
    found = services.upload(census(row()), file_name="摸底.xlsx", actor=city.staff, at=day)
    services.work(day)
    services.confirm(found, actor=city.staff)
    services.work(day)
    found.refresh_from_db()
    anchor = registered()
    assert anchor.enrolled_on == anchor.accounts.get().as_of == timezone.localdate(day)
    assert found.finished_at == AuditEvent.objects.get(kind="IMPORT").at == day
    assert Notice.objects.get(recipient=city.staff, title="摸底表已写入登记册").created_at == day


def test_who_stood_in_a_round(bring_in):
    bring_in(row(), person(1), round_name="春季摸底")
    bring_in(row(), round_name="秋季摸底")
    assert Entry.objects.filter(round__name="春季摸底").count() == 2
    assert [entry.anchor for entry in Entry.objects.filter(round__name="秋季摸底")] == [registered()]
