"""派单: work lent to a partner unit; what the unit reads, what it never reads, and that it is not forgotten."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from appeals import invariants, services
from appeals.dispatching import services as dispatching
from appeals.dispatching.models import Dispatch
from appeals.dispatching.sweeps import late
from appeals.models import Appeal
from appeals.workflow import Status
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Partner, Post, Role
from notices.models import Notice
from tests.factories import submit_appeal
from tests.photos import PDF
from tests.visitor import Visitor
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
ASKED = "请核一下这批件的保价和赔付标准。"


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


MONDAY, TUESDAY = at("2026-11-23T10:00"), at("2026-11-24T09:00")
DUE = at("2026-11-30T17:30")  # of the committee, five working days after Monday


def in_hand(city, **when):
    """At the committee from the start, for this anchor has no branch."""
    appeal = submit_appeal(city, city.free_anchor.anchor, **({"at": when["submitted"]} if when else {}))
    return services.accept(appeal, actor=city.staff, at=when.get("accepted"))


def lent(city, appeal=None, **words):
    appeal = appeal or in_hand(city)
    words = {"actor": city.staff, "partner": city.partner, "text": ASKED, **words}
    return dispatching.dispatch(appeal, **words)


def replied(appeal, city, **words):
    return dispatching.dispatch_reply(appeal, **{"actor": city.clerk, "text": "已核，保价三倍赔。", **words})


def heard(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


class TestLending:
    def test_the_stage_and_its_clock_stay_the_committees(self, city):
        appeal = in_hand(city)
        before = appeal.current.due_at, appeal.current.holder_id, appeal.status
        after = lent(city, appeal)
        after.current.refresh_from_db()
        assert (after.current.due_at, after.current.holder_id, after.status) == before

    def test_the_anchor_reads_the_unit_and_not_the_words(self, city):
        lent(city)
        own_page = reverse("appeals:detail", args=[Dispatch.objects.get().appeal_id])
        page = Visitor(city, "free_anchor").ask("GET", own_page).content.decode()
        assert "已派给市快递行业协会协办。" in page and ASKED not in page

    def test_its_day_is_three_working_days_away(self, city):
        appeal = lent(city, in_hand(city, submitted=MONDAY, accepted=TUESDAY), at=TUESDAY)
        assert appeal.dispatches.get().due_at == at("2026-11-27T17:30")

    def test_its_day_is_never_after_the_committees_own(self, city):
        appeal = in_hand(city, submitted=MONDAY, accepted=TUESDAY)
        assert lent(city, appeal, days=9, at=TUESDAY).dispatches.get().due_at == DUE

    def test_an_instant_after_the_committees_own_is_refused(self, city):
        with pytest.raises(ValidationError) as refused:
            lent(city, in_hand(city, submitted=MONDAY, accepted=TUESDAY), due_at=DUE + SECOND, at=TUESDAY)
        assert "due_at" in refused.value.message_dict

    def test_a_committee_that_is_late_may_still_ask_for_help_by_the_next_working_day(self, city):
        appeal = in_hand(city, submitted=MONDAY, accepted=TUESDAY)
        assert lent(city, appeal, days=5, at=at("2026-12-01T09:00")).dispatches.get().due_at == at("2026-12-02T17:30")

    def test_one_unit_has_one_thing_at_a_time_and_another_unit_another(self, city):
        appeal = lent(city)
        bank = Partner.objects.create(name="演示银行", kind="金融机构")
        Post.objects.create(user=city.stranger, role=Role.CLERK, partner=bank, since=date(2025, 1, 1))
        lent(city, appeal, partner=bank)
        with pytest.raises(Conflict):
            lent(city, appeal)
        assert Dispatch.objects.open().count() == 2

    def test_after_a_reply_the_same_unit_may_be_asked_again(self, city):
        appeal = replied(lent(city), city)
        assert lent(city, appeal, text="再问一下什么时候赔。").dispatches.count() == 2

    @pytest.mark.parametrize("said", ["主播何晚晴的件", "请联系13807900009", "晚晴慢直播的货"])
    def test_whoever_names_the_anchor_is_stopped(self, city, said):
        city.free_anchor.set_phone("13807900009")
        city.free_anchor.save()
        with pytest.raises(ValidationError) as refused:
            lent(city, text=said)
        assert refused.value.message_dict == {"text": [dispatching.NAMELESS]}

    def test_a_unit_without_a_clerk_cannot_be_asked(self, city):
        with pytest.raises(ValidationError):
            lent(city, partner=Partner.objects.create(name="没有人的单位", kind="协会"))

    def test_what_nobody_has_accepted_and_what_is_with_a_branch_is_not_lent(self, city):
        with pytest.raises(Conflict):
            lent(city, submit_appeal(city, city.free_anchor.anchor))
        at_branch = services.hand_up(submit_appeal(city), actor=city.member)
        services.accept(at_branch, actor=city.secretary)
        with pytest.raises(PermissionDenied):
            lent(city, at_branch)
        with pytest.raises(Conflict):
            lent(city, at_branch, actor=city.secretary)

    def test_the_unit_is_suggested_by_the_category(self, city):
        url = reverse("appeals:detail", args=[in_hand(city).pk])
        page = Visitor(city, "staff").ask("GET", f"{url}?act=dispatch").content.decode()
        assert "建议：市快递行业协会（类别表的提示，待确认）" in page


class TestReplying:
    def test_the_committee_hears_and_reads_it(self, city):
        appeal = replied(lent(city), city)
        assert heard(city.chief)[-1] == heard(city.staff)[-1] == "协办单位回复了"
        page = Visitor(city, "staff").ask("GET", reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "保价三倍赔" in page

    def test_while_it_is_suspended_the_unit_may_reply(self, city):
        appeal = lent(city)
        Appeal.objects.filter(pk=appeal.pk).update(status=Status.SUSPENDED)
        assert replied(appeal, city).dispatches.get().replied_at

    def test_a_reply_is_given_once(self, city):
        appeal = replied(lent(city), city)
        with pytest.raises(Conflict, match="已经回复过了"):
            replied(appeal, city)

    def test_when_the_stage_is_left_nobody_waits_any_more(self, city):
        appeal = services.reply(lent(city), actor=city.staff, text="按三倍赔。")
        with pytest.raises(Conflict, match="已不需要回复"):
            replied(appeal, city)
        page = Visitor(city, "clerk").ask("GET", reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "已不需要回复" in page and "<textarea" not in page

    def test_a_clerks_rights_end_with_the_post(self, city):
        appeal = lent(city)
        city.clerk.posts.update(until=timezone.localdate() - timedelta(days=1))
        with pytest.raises(PermissionDenied):
            replied(appeal, city, actor=User.objects.get(pk=city.clerk.pk))
        assert Visitor(city, "clerk").ask("GET", reverse("appeals:detail", args=[appeal.pk])).status_code == 404

    def test_nobody_else_replies(self, city):
        appeal = lent(city)
        for person in (city.staff, city.free_anchor, city.stranger):
            with pytest.raises(PermissionDenied):
                replied(appeal, city, actor=person)

    def test_what_was_typed_stays_when_it_came_too_late(self, city):
        appeal = services.reply(lent(city), actor=city.staff, text="按三倍赔。")
        door = reverse("appeals:dispatch_reply", args=[appeal.pk])
        answer = Visitor(city, "clerk").ask("POST", door, {"text": "核好了。"})
        assert answer.status_code == 409 and "核好了。" in answer.content.decode()


class TestLate:
    def test_it_is_said_once_to_both_sides(self, city):
        appeal = lent(city)
        row = appeal.dispatches.get()
        assert late(row.due_at) == 0
        assert late(row.due_at + SECOND) == 1
        assert late(row.due_at + SECOND) == 0
        assert heard(city.clerk)[-1] == "派给您单位的事过了期限，请尽快回复"
        assert heard(city.staff)[-1] == "协办单位没有按时回复"
        assert "市快递行业协会" not in "".join(heard(city.free_anchor))
        assert replied(Appeal.objects.get(pk=appeal.pk), city).dispatches.get().replied_at
        assert invariants.broken() == {}

    def test_who_replied_or_is_not_asked_any_more_is_not_late(self, city):
        first, second = replied(lent(city), city), lent(city)
        services.reply(second, actor=city.staff, text="按三倍赔。")
        assert late(timezone.now() + timedelta(days=60)) == 0
        assert first.events.filter(verb="late").count() == 0

    def test_two_units_of_one_appeal_get_a_line_each(self, city):
        bank = Partner.objects.create(name="演示银行", kind="金融机构")
        Post.objects.create(user=city.stranger, role=Role.CLERK, partner=bank, since=date(2025, 1, 1))
        appeal = lent(city, lent(city), partner=bank)
        late(timezone.now() + timedelta(days=60))
        assert appeal.events.filter(verb="late").count() == 2
        assert invariants.broken() == {}


class TestWhatAUnitReads:
    """Number, category, what is asked, until when, and the own reply."""

    SECRETS = ("何晚晴", "晚晴慢直播", "样品被压坏", "12 双样鞋", "陆知行")

    def test_its_page_list_and_api_hold_nothing_else(self, city):
        appeal = lent(city)
        visitor = Visitor(city, "clerk")
        addresses = [
            reverse("appeals:detail", args=[appeal.pk]), reverse("appeals:dispatches"), reverse("appeals:list"),
            reverse("api:appeals"), reverse("api:appeal", args=[appeal.pk]), reverse("notices:inbox"),
        ]
        for url in addresses:
            text = visitor.ask("GET", url).content.decode()
            assert [secret for secret in self.SECRETS if secret in text] == [], url
        page = visitor.ask("GET", addresses[0]).content.decode()
        assert ASKED in page and appeal.number in page and appeal.category.name in page

    def test_the_api_gives_the_category_for_a_title_and_what_is_asked_for_a_body(self, city):
        appeal = lent(city)
        [row] = Visitor(city, "clerk").ask("GET", reverse("api:appeals")).json()["results"]
        assert (row["number"], row["title"], row["body"]) == (appeal.number, appeal.category.name, ASKED)
        assert row["actions"] == ["dispatch_reply"]
        assert {row[name] for name in ("anchor", "branch", "holder", "submitted_at", "judge_by")} == {None}

    def test_a_word_of_the_appeal_finds_nothing(self, city):
        appeal, visitor = lent(city), Visitor(city, "clerk")
        found = [visitor.get(reverse("api:appeals"), q=q).json()["results"] for q in ("样品", "何晚晴", appeal.number)]
        assert [len(rows) for rows in found] == [0, 0, 1]

    def test_trail_and_other_verbs_are_not_the_units(self, city):
        appeal, visitor = lent(city), Visitor(city, "clerk")
        assert visitor.ask("GET", reverse("api:trail", args=[appeal.pk])).status_code == 404
        for door in ("appeals:reply", "api:reply", "appeals:note", "api:note"):
            sent = {"text": "好。", "version": appeal.version}
            assert visitor.ask("POST", reverse(door, args=[appeal.pk]), sent).status_code == 403, door

    def test_another_units_dispatch_is_nowhere(self, city):
        bank = Partner.objects.create(name="演示银行", kind="金融机构")
        Post.objects.create(user=city.stranger, role=Role.CLERK, partner=bank, since=date(2025, 1, 1))
        appeal = lent(city, lent(city), partner=bank, text="请查一下货款到账。")
        page = Visitor(city, "clerk").ask("GET", reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "货款到账" not in page and "演示银行" not in page
        other = submit_appeal(city, city.free_anchor.anchor)
        assert Visitor(city, "clerk").ask("GET", reverse("appeals:detail", args=[other.pk])).status_code == 404

    def test_the_first_page_of_a_clerk_is_the_list(self, city):
        visitor = Visitor(city, "clerk")
        assert visitor.ask("GET", reverse("home")).url == reverse("appeals:dispatches")
        assert "派给我们的" in visitor.ask("GET", reverse("me")).content.decode()

    def test_the_reply_by_the_api_answers_with_the_units_view(self, city):
        appeal = lent(city)
        answer = Visitor(city, "clerk").ask(
            "POST", reverse("api:dispatch-reply", args=[appeal.pk]), {"text": "核好了。"}
        )
        assert answer.status_code == 200 and answer.json()["replied_at"] and answer.json()["anchor"] is None

    def test_an_anchor_who_is_a_clerk_neither_reads_nor_answers_what_is_asked_about_the_own_appeal(self, city):
        Post.objects.create(user=city.free_anchor, role=Role.CLERK, partner=city.partner, since=date(2025, 1, 1))
        appeal = lent(city)
        assert heard(city.free_anchor) == ["您的诉求已接单"]
        with pytest.raises(PermissionDenied):
            replied(appeal, city, actor=User.objects.get(pk=city.free_anchor.pk))
        assert ASKED not in Visitor(city, "free_anchor").ask("GET", reverse("appeals:dispatches")).content.decode()


class TestFilesOfAReply:
    """A unit's answer is often a stamped paper: the committee reads it, the anchor and other units never."""

    def sent(self, city, sign_in):
        appeal = lent(city)
        answer = sign_in(city.clerk).post(
            reverse("appeals:dispatch_reply", args=[appeal.pk]),
            {"text": "协议谈好了。", "files": SimpleUploadedFile("协议.pdf", PDF, "application/pdf")},
        )
        assert answer.status_code == 302
        return appeal, appeal.attachments.get()

    def test_the_committee_opens_it_and_the_unit_reads_that_it_went_along(self, city, sign_in):
        appeal, file = self.sent(city, sign_in)
        page = reverse("appeals:detail", args=[appeal.pk])
        address = reverse("appeals:attachment", args=[appeal.pk, file.uuid])
        assert "附了 1 个文件" in sign_in(city.clerk).get(page).content.decode()
        seen = sign_in(city.staff)
        assert address in seen.get(page).content.decode() and seen.get(address).status_code == 200
        assert invariants.broken() == {}

    def test_neither_the_anchor_nor_the_unit_can_open_it(self, city, sign_in):
        appeal, file = self.sent(city, sign_in)
        assert file.internal
        address = reverse("appeals:attachment", args=[appeal.pk, file.uuid])
        for user in (city.free_anchor, city.clerk, city.secretary):
            assert sign_in(user).get(address).status_code == 404
        assert "协议.pdf" not in sign_in(city.free_anchor).get(
            reverse("appeals:detail", args=[appeal.pk])
        ).content.decode()
