"""A code by text message: queued by the page, sent by a sweep, only where a provider is configured."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import texting
from accounts.models import ActivationCode, User
from notices import sweeps
from notices.channels.sms import NotSent
from notices.models import Text

pytestmark = pytest.mark.django_db
PHONE, UNKNOWN = "13807900002", "13999999999"
OUTBOX = []


def provider(phone, text):
    OUTBOX.append((phone, text))


def unreachable(phone, text):
    raise NotSent


def unclear(phone, text):
    raise TimeoutError(f"{phone} {text}")


@pytest.fixture(autouse=True)
def configured(settings):
    OUTBOX.clear()
    settings.SMS_BACKEND = "tests.notices.test_texts.provider"


def ask(client, phone=PHONE):
    return client.post(reverse("activate"), {"phone": phone, "send": "1"})


def test_the_page_offers_it_queues_it_and_the_sweep_sends_it(city, client):
    assert 'name="send"' in client.get(reverse("activate")).content.decode()
    page = ask(client, "138 0790 0002")
    assert page.status_code == 200 and texting.SENT in page.content.decode() and OUTBOX == []
    assert "红字" not in page.content.decode()
    assert sweeps.deliver_texts(timezone.now()) == 1
    [(phone, words)] = OUTBOX
    code = words.split()[1].partition("，")[0]
    typed = {"code": code[:9], "phone": PHONE, "password": "风从仙女湖上吹来", "agree": "on"}
    assert phone == PHONE and client.post(reverse("activate"), typed).url == "/appeals/new/"


def test_the_words_are_sealed_while_they_wait_and_gone_afterwards(city, client):
    ask(client)
    row = Text.objects.get()
    assert "激活码" not in row.sealed and "激活码" in row.words
    sweeps.deliver_texts(timezone.now())
    row.refresh_from_db()
    assert (row.state, row.sealed) == ("SENT", "")


def test_the_answer_is_the_same_for_every_number(city, client):
    def strip(page):
        return page.content.decode().replace(PHONE, "").replace(UNKNOWN, "").split("csrfmiddlewaretoken")[0]

    User.objects.filter(pk=city.member.pk).update(is_active=False)
    assert strip(ask(client)) == strip(ask(client, UNKNOWN)) == strip(ask(client, "13807900001")) == strip(ask(client))
    assert Text.objects.count() == 1


def test_a_number_that_is_none_is_told_so(city, client):
    answer = ask(client, "12")
    assert answer.status_code == 400 and "11 位手机号" in answer.content.decode()
    assert "请填激活码" not in answer.content.decode()


def test_once_a_minute_and_five_times_a_day(city):
    now = timezone.now()
    for minutes in (0, 0.5, 2, 4, 6, 8, 10, 12):
        texting.send_code(PHONE, at=now + timedelta(minutes=minutes))
    assert Text.objects.count() == 5
    texting.send_code(PHONE, at=now + timedelta(days=1, minutes=1))
    assert Text.objects.count() == 6 and ActivationCode.objects.live().count() == 1


def test_what_was_certainly_not_sent_is_tried_again_while_it_is_of_use(city, settings):
    texting.send_code(PHONE)
    now, settings.SMS_BACKEND = timezone.now(), "tests.notices.test_texts.unreachable"
    assert sweeps.deliver_texts(now) == 0 and Text.objects.get().state == "QUEUED"
    settings.SMS_BACKEND = "tests.notices.test_texts.provider"
    assert sweeps.deliver_texts(now + timedelta(minutes=11)) == 0
    assert Text.objects.get().state == "DROPPED" and Text.objects.get().sealed == "" and OUTBOX == []


def test_what_is_unclear_is_parked_and_never_sent_again(city, settings, caplog):
    texting.send_code(PHONE)
    settings.SMS_BACKEND = "tests.notices.test_texts.unclear"
    sweeps.deliver_texts(timezone.now())
    settings.SMS_BACKEND = "tests.notices.test_texts.provider"
    assert sweeps.deliver_texts(timezone.now()) == 0
    assert Text.objects.get().state == "UNCLEAR" and OUTBOX == []
    assert PHONE not in caplog.text and "激活码" not in caplog.text and "TimeoutError" in caplog.text


def test_a_sweep_that_died_while_sending_leaves_it_unclear(city):
    texting.send_code(PHONE)
    Text.objects.update(state="SENDING", claimed_at=timezone.now() - timedelta(minutes=6))
    assert sweeps.deliver_texts(timezone.now()) == 0
    assert Text.objects.get().state == "UNCLEAR"


def test_a_text_is_claimed_by_one_sweep(city, monkeypatch):
    texting.send_code(PHONE)
    pk = Text.objects.get().pk
    assert sweeps._deliver(pk, timezone.now()) and not sweeps._deliver(pk, timezone.now())
    assert len(OUTBOX) == 1


def test_without_a_provider_nothing_is_queued(city, client, settings):
    settings.SMS_BACKEND = ""
    assert ask(client).status_code == 400
    assert not Text.objects.exists() and sweeps.deliver_texts(timezone.now()) == 0


def test_the_console_prints_it(city, settings, capsys):
    settings.SMS_BACKEND = "notices.channels.console.send_text"
    texting.send_code(PHONE)
    assert sweeps.deliver_texts(timezone.now()) == 1
    assert "短信 13807900002：激活码" in capsys.readouterr().out
