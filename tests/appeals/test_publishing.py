"""公开: an answer without a name, with consent that can be taken back at once (domain.md §5.5)."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from appeals import services
from appeals.models import Appeal, Publication
from appeals.publishing import services as publishing
from tests.factories import anonymous_appeal, submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
WORDS = {"title": "样品压坏怎么赔", "question": "快递压坏样品，网点说没保价不赔。", "answer": "没保价也按实际损失赔。"}


@pytest.fixture
def closed(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="赔了。")
    return services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)


@pytest.fixture
def shown(city, closed):
    publishing.consent(closed, actor=city.anchor, granted=True)
    publishing.publish(closed, actor=city.staff, **WORDS)
    return Publication.objects.get()


def test_without_consent_nothing_is_published(city, closed):
    with pytest.raises(Conflict, match="没有同意"):
        publishing.publish(closed, actor=city.staff, **WORDS)


def test_everybody_reads_it_without_a_login_and_finds_it_by_words(shown):
    page = Client().get(reverse("answers"), {"q": "样品"}).content.decode()
    assert shown.title in page
    assert shown.answer in Client().get(reverse("answer", args=[shown.pk])).content.decode()
    assert shown.title not in Client().get(reverse("answers"), {"q": "贷款"}).content.decode()


@pytest.mark.parametrize("name", ["login", "receipts:receipt", "stations:list"])
def test_the_door_and_the_menu_lead_there(city, sign_in, name):
    client = sign_in(city.anchor) if name == "stations:list" else Client()
    assert f'href="{reverse("answers")}"' in client.get(reverse(name)).content.decode()


def test_taking_the_consent_back_takes_it_down_at_once(city, closed, shown):
    publishing.consent(closed, actor=city.anchor, granted=False)
    assert Client().get(reverse("answer", args=[shown.pk])).status_code == 404
    assert shown.title not in Client().get(reverse("answers")).content.decode()
    assert Appeal.objects.get(pk=closed.pk).public_since is None


class TestConsentWithTheJudgement:
    JUDGED = {"outcome": "RESOLVED", "rating": "5", "contacted": "yes"}

    @pytest.fixture
    def answered(self, city):
        return services.reply(submit_appeal(city), actor=city.member, text="赔了。")

    def judge(self, client, appeal, **said):
        words = {**self.JUDGED, "version": appeal.version, **said}
        return client.post(reverse("appeals:confirm", args=[appeal.pk]), words)

    def test_one_click_judges_and_consents(self, city, answered, sign_in):
        assert self.judge(sign_in(city.anchor), answered, public="on").status_code == 302
        assert [event.verb for event in answered.events.order_by("seq")][-2:] == ["confirm", "consent"]
        assert Appeal.objects.get(pk=answered.pk).public_since

    def test_who_leaves_it_empty_has_judged_alone(self, city, answered, sign_in):
        assert self.judge(sign_in(city.anchor), answered).status_code == 302
        assert answered.events.last().verb == "confirm"
        assert Appeal.objects.get(pk=answered.pk).public_since is None

    def test_a_judgement_that_is_refused_consents_to_nothing_and_keeps_the_tick(self, city, answered, sign_in):
        page = self.judge(sign_in(city.anchor), answered, public="on", rating="1")
        assert page.status_code == 400 and page.context["forms"]["confirm"]["public"].value()
        assert Appeal.objects.get(pk=answered.pk).public_since is None

    def test_who_consented_before_is_not_asked_again(self, city, answered, sign_in):
        address = reverse("appeals:detail", args=[answered.pk])
        assert "同意去掉姓名后公开" in sign_in(city.anchor).get(address).content.decode()
        publishing.consent(answered, actor=city.anchor, granted=True)
        assert "同意去掉姓名后公开" not in sign_in(city.anchor).get(address).content.decode()

    def test_who_has_no_name_is_not_asked_and_not_believed(self, city):
        appeal, code = anonymous_appeal()
        appeal = services.reply(appeal, actor=city.staff, text="发了。")
        browser = Client()
        browser.post("/receipts/", {"code": code})
        assert "同意去掉姓名后公开" not in browser.get("/receipts/").content.decode()
        browser.post("/receipts/confirm/", {**self.JUDGED, "version": appeal.version, "public": "on"})
        assert appeal.events.last().verb == "confirm"


def test_staff_may_take_it_down_too(city, closed, shown):
    publishing.publish(closed, actor=city.staff, withdraw=True)
    assert Client().get(reverse("answer", args=[shown.pk])).status_code == 404


class TestByHand:
    @pytest.fixture
    def send(self, city, closed, sign_in):
        closed = publishing.consent(closed, actor=city.anchor, granted=True)
        address = reverse("appeals:publish", args=[closed.pk])

        def sent(**words):
            return sign_in(city.staff).post(address, {"version": Appeal.objects.get(pk=closed.pk).version, **words})

        return sent

    def test_a_preview_shows_it_keeps_the_words_and_publishes_nothing(self, send):
        page = send(**WORDS, preview="1")
        assert page.status_code == 200 and not Publication.objects.exists()
        text = page.content.decode()
        assert "还没有公开" in text and text.count(WORDS["question"]) == 2
        assert send(**WORDS).status_code == 302 and Publication.objects.shown().exists()

    def test_a_preview_refuses_what_publishing_would_refuse(self, send):
        page = send(**{**WORDS, "answer": "林小禾的样品赔了。"}, preview="1")
        assert page.status_code == 400 and "林小禾" in page.context["forms"]["publish"].errors["answer"][0]
        assert "还没有公开" not in page.content.decode()

    def test_a_preview_is_no_way_round_the_rights(self, city, closed, sign_in):
        address = reverse("appeals:publish", args=[closed.pk])
        sent = {**WORDS, "version": closed.version, "preview": "1"}
        assert sign_in(city.member).post(address, sent).status_code == 403
        assert sign_in(city.staff).post(address, sent).status_code == 409  # no consent
        assert sign_in(city.stranger).post(address, sent).status_code == 404

    def test_staff_see_that_it_is_public_and_take_it_down(self, city, send, sign_in):
        send(**WORDS)
        appeal = Appeal.objects.get()
        address = reverse("appeals:detail", args=[appeal.pk])
        assert "撤下" in sign_in(city.staff).get(address).content.decode()
        reads = sign_in(city.member).get(address).content.decode()
        assert "这件的答复公开着" in reads and "撤下" not in reads
        assert send(withdraw="1").status_code == 302
        assert not Publication.objects.shown().exists()
        assert send(withdraw="1").status_code == 409
        assert appeal.events.last().facts["withdrawn"] is True


@pytest.mark.parametrize("told", ["林小禾", "小禾说鞋", "13807900002"])
def test_words_that_tell_who_it_was_are_refused_at_their_field(city, closed, told):
    publishing.consent(closed, actor=city.anchor, granted=True)
    with pytest.raises(ValidationError) as refused:
        publishing.publish(closed, actor=city.staff, **{**WORDS, "answer": f"{told}的样品赔了。"})
    assert list(refused.value.message_dict) == ["answer"]


def test_the_anchor_alone_consents_and_the_committee_alone_publishes(city, closed):
    for person in (city.staff, city.member):
        with pytest.raises(PermissionDenied):
            publishing.consent(closed, actor=person, granted=True)
    publishing.consent(closed, actor=city.anchor, granted=True)
    for person in (city.anchor, city.member):
        with pytest.raises(PermissionDenied):
            publishing.publish(closed, actor=person, **WORDS)
