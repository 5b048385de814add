"""What a contact did for an anchor: a day, a channel, a topic. Nobody's opinion, and nobody's ranking."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from anchors.contacts import services
from anchors.contacts.models import ServiceLog
from xinyu_portal.errors import Conflict


@pytest.fixture
def anchor(city):
    return city.anchor.anchor


@pytest.fixture
def log(city, anchor):
    return services.log_service(anchor, actor=city.member, channel="PHONE", topic="A")


def test_two_taps_on_the_anchors_card(city, anchor, sign_in):
    client = sign_in(city.member)
    assert "哪类事，点了就记" in client.get(f"/anchors/{anchor.pk}/").content.decode()
    page = client.post(f"/anchors/contacts/{anchor.pk}/logs/", {"channel": "VISIT", "topic": "C"}, follow=True)
    assert "记好了：直播间外走访，场地设备" in page.content.decode()
    log = ServiceLog.objects.get()
    assert (log.anchor, log.member, log.day) == (anchor, city.member, timezone.localdate())


def test_the_same_once_more_is_one_line(city, anchor, log):
    assert services.log_service(anchor, actor=city.member, channel="PHONE", topic="A") == log
    assert ServiceLog.objects.count() == 1


def test_it_holds_no_words(city):
    texts = {field.name for field in ServiceLog._meta.fields if field.get_internal_type() in ("CharField", "TextField")}
    assert texts == {"channel", "topic"}


@pytest.mark.parametrize("sent", [{"channel": "PHONE", "topic": "很难缠"}, {"channel": "DREAM", "topic": "A"}, {}])
def test_only_what_is_on_the_list(city, anchor, sign_in, sent):
    with pytest.raises(ValidationError):
        services.log_service(
            anchor, actor=city.member, channel=sent.get("channel", ""), topic=sent.get("topic", "")
        )
    page = sign_in(city.member).post(f"/anchors/contacts/{anchor.pk}/logs/", sent)
    assert page.status_code == 400 and re.search("请选|请从列出的", page.content.decode())
    assert not ServiceLog.objects.exists()


@pytest.mark.parametrize("who", ["secretary", "staff", "anchor"])
def test_only_the_contact_writes(city, anchor, who):
    with pytest.raises(PermissionDenied):
        services.log_service(anchor, actor=getattr(city, who), channel="PHONE", topic="A")


def test_the_anchor_sees_it_and_the_branch_does_not(city, anchor, log, sign_in):
    page = sign_in(city.anchor).get("/anchors/contacts/mine/").content.decode()
    assert "物流寄递" in page and "周映红" in page
    for who in (city.secretary, city.staff):
        assert "物流寄递" not in sign_in(who).get(f"/anchors/{anchor.pk}/").content.decode()
        assert not ServiceLog.objects.visible_to(who).exists()


def test_the_branch_reads_counts_by_topic_and_no_names(city, anchor, log, sign_in):
    services.log_service(anchor, actor=city.member, channel="WECHAT", topic="A")
    for who, n in ((city.secretary, 2), (city.staff, 2), (city.other_secretary, 0)):
        answer = sign_in(who).get("/anchors/contacts/topics/")
        assert dict(answer.context["rows"])["物流寄递"] == n == answer.context["total"]
        assert "周映红" not in answer.content.decode()
    assert sign_in(city.member).get("/anchors/contacts/topics/").status_code == 403


def test_deleted_by_its_writer_on_the_same_day(city, log, sign_in):
    assert sign_in(city.member).post(f"/anchors/contacts/logs/{log.pk}/delete/").status_code == 302
    assert not ServiceLog.objects.exists()


def test_not_later_and_not_by_others(city, log, sign_in):
    with pytest.raises(PermissionDenied):
        services.delete_log(log, actor=city.anchor)
    with pytest.raises(Conflict):
        services.delete_log(log, actor=city.member, at=timezone.now() + timedelta(days=1))
    assert sign_in(city.secretary).post(f"/anchors/contacts/logs/{log.pk}/delete/").status_code == 404
    assert ServiceLog.objects.exists()


def test_who_is_replaced_keeps_the_own_lines_and_writes_no_more(city, anchor, log):
    services.assign_contact(anchor, member=city.officer, actor=city.secretary)
    assert list(ServiceLog.objects.visible_to(city.member)) == [log]
    with pytest.raises(PermissionDenied):
        services.log_service(anchor, actor=city.member, channel="PHONE", topic="B")
