"""A second pair of eyes: where it is switched on, an answer goes out when another handler of the level has seen it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from appeals import services
from appeals.answering.services import decide_release, release
from appeals.models import Attachment, Request, Stage
from appeals.negotiation.sweeps import lapse
from appeals.recusal.services import recuse
from branches.organisation.models import Branch, Committee, Post
from notices.models import Notice
from tests.api_client import Caller
from tests.factories import submit_appeal
from tests.photos import stored
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
DRAFT = "快递公司 11 月 20 日赔了 300 元，后面找周映红。"


@pytest.fixture
def appeal(city):
    """With the branch, where answers are checked, and which has a secretary and an officer."""
    Branch.objects.filter(pk=city.branch.pk).update(checks_replies=True)
    return services.hand_up(submit_appeal(city), actor=city.member)


@pytest.fixture
def drafted(city, appeal):
    return release(appeal, actor=city.officer, text=DRAFT, files=stored("收据.jpg"))


def lines(appeal):
    return [(event.verb, event.actor and event.actor.username) for event in appeal.events.select_related("actor")]


def heard(user):
    return list(Notice.objects.filter(recipient=user).order_by("-pk").values_list("title", flat=True))


def page(sign_in, user, appeal):
    return sign_in(user).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()


class TestWhereItIsSwitchedOn:
    def test_nobody_answers_at_once(self, city, appeal):
        with pytest.raises(Conflict, match="先审后发，请送审"):
            services.reply(appeal, actor=city.officer, text=DRAFT)

    def test_the_other_hears_and_the_anchor_reads_nothing_of_it(self, city, drafted, sign_in):
        assert heard(city.secretary)[0] == "有一份答复等您审核"
        assert "有一份答复等您审核" not in heard(city.officer) + heard(city.anchor) + heard(city.member)
        assert DRAFT not in page(sign_in, city.anchor, drafted)
        trail = Caller(city.anchor).fetch(f"appeals/{drafted.pk}/trail/").content.decode()
        assert "赔了" not in trail and "收据" not in trail

    def test_released_it_goes_out_in_the_drafters_name(self, city, drafted, sign_in):
        assert DRAFT in page(sign_in, city.secretary, drafted)
        appeal = decide_release(drafted, actor=city.secretary, granted=True)
        assert appeal.status == "REPLIED"
        assert lines(appeal)[-3:] == [("decide_release", "secretary"), ("accept", "officer"), ("reply", "officer")]
        answer = appeal.events.last()
        assert answer.words.public == DRAFT and answer.facts["released_by"] == city.secretary.pk
        photo = Attachment.objects.get()
        assert (photo.event, photo.internal) == (answer, False)
        assert answer.facts["attachments"][0]["sha256"] == photo.sha256
        assert DRAFT in page(sign_in, city.anchor, appeal) and "收据.jpg" in page(sign_in, city.anchor, appeal)
        assert heard(city.anchor)[0] == "您的诉求有答复了，请您评价"

    def test_given_back_the_drafter_hears_why_and_may_draft_again(self, city, drafted, sign_in):
        with pytest.raises(ValidationError):
            decide_release(drafted, actor=city.secretary, granted=False)
        appeal = decide_release(drafted, actor=city.secretary, granted=False, text="没写哪天赔的。")
        assert appeal.status == "SUBMITTED" and heard(city.officer)[0] == "您送审的答复审过了"
        assert "没写哪天赔的。" in page(sign_in, city.officer, appeal)
        assert "没写哪天赔的。" not in page(sign_in, city.anchor, appeal)
        again = release(appeal, actor=city.officer, text=f"补上日子：{DRAFT}")
        assert decide_release(again, actor=city.secretary, granted=True).status == "REPLIED"

    def test_whoever_drafted_never_releases(self, city, drafted):
        with pytest.raises(Conflict, match="由别人审核"):
            decide_release(drafted, actor=city.officer, granted=True)
        for stranger in (city.member, city.staff, city.other_secretary):
            with pytest.raises(PermissionDenied):
                decide_release(drafted, actor=stranger, granted=True)

    def test_only_one_draft_waits(self, city, drafted):
        with pytest.raises(Conflict, match="已经有一份"):
            release(drafted, actor=city.secretary, text=DRAFT)


    def test_the_draft_of_who_is_recused_meanwhile_never_goes_out(self, city, drafted):
        appeal = recuse(drafted, actor=city.staff, person=city.officer, text="是亲戚。")
        assert appeal.current == drafted.current and Request.objects.get().granted is False
        with pytest.raises(Conflict):
            decide_release(appeal, actor=city.secretary, granted=True)


class TestTheClock:
    def test_it_does_not_stop(self, city, appeal):
        before = Stage.objects.get(pk=appeal.current_id).deadline_at
        release(appeal, actor=city.officer, text=DRAFT)
        assert Stage.objects.get(pk=appeal.current_id).deadline_at == before

    def test_undecided_in_its_time_it_is_refused(self, city, drafted):
        Request.objects.update(due_at=timezone.now() - timedelta(minutes=1))
        lapse(timezone.now())
        assert Request.objects.get().granted is False
        assert heard(city.officer)[0] == "您的申请到期没有审，按不同意办"
        assert release(drafted, actor=city.officer, text=DRAFT)

    def test_it_lapses_when_the_stage_is_left(self, city, drafted):
        appeal = services.hand_up(drafted, actor=city.secretary)
        assert Request.objects.get().granted is False
        with pytest.raises((Conflict, PermissionDenied)):
            decide_release(appeal, actor=city.secretary, granted=True)


class TestWhoIsThere:
    def test_a_level_with_one_handler_answers_at_once_and_is_told_so(self, city, appeal, sign_in):
        Post.objects.filter(user=city.secretary).delete()
        assert "现在只有您一位能办" in page(sign_in, city.officer, appeal)
        with pytest.raises(Conflict, match="不用送审"):
            release(appeal, actor=city.officer, text=DRAFT)
        assert services.reply(appeal, actor=city.officer, text=DRAFT).status == "REPLIED"

    def test_who_may_never_see_it_is_nobody_to_check(self, city, appeal):
        appeal.recusals.create(user=city.secretary, why="staff", at=timezone.now())
        assert services.reply(appeal, actor=city.officer, text=DRAFT).status == "REPLIED"

    def test_the_committee_has_a_switch_of_its_own(self, city, appeal):
        above = services.hand_up(appeal, actor=city.secretary)
        Committee.objects.update(checks_replies=True)
        above = release(above, actor=city.staff, text=DRAFT)
        assert decide_release(above, actor=city.chief, granted=True).status == "REPLIED"

    def test_a_contact_is_never_checked(self, city):
        Branch.objects.update(checks_replies=True)
        assert services.reply(submit_appeal(city), actor=city.member, text=DRAFT).status == "REPLIED"


def test_both_doors(city, appeal, sign_in):
    form = page(sign_in, city.officer, appeal)
    assert reverse("appeals:release", args=[appeal.pk]) in form
    assert reverse("appeals:reply", args=[appeal.pk]) not in form
    sent = sign_in(city.officer).post(
        reverse("appeals:release", args=[appeal.pk]), {"version": appeal.version, "text": DRAFT}
    )
    assert sent.status_code == 302
    appeal.refresh_from_db()
    decided = Caller(city.secretary).send(
        f"appeals/{appeal.pk}/decide-release/", {"version": appeal.version, "granted": True}
    )
    assert decided.json()["status"] == "REPLIED"
