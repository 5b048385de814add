import re
from datetime import date

import pytest

from accounts.consent import VERSION
from accounts.models import Consent
from anchors.registry import services
from anchors.registry.forms import CorrectForm
from anchors.registry.models import Anchor
from appeals import services as appeals
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db


def account_of(city):
    return services.add_account(
        city.anchor.anchor, actor=city.anchor, platform="DOUYIN", nickname="小禾说鞋", followers_band="UNDER_1K",
        as_of=date(2026, 5, 1),
    )


def test_it_shows_what_is_stored_in_plain_words(city, sign_in):
    account_of(city)
    Anchor.objects.filter(pk=city.anchor.anchor.pk).update(note="要手语翻译", since=date(2021, 3, 1))
    page = sign_in(city.anchor).get("/anchors/own/").content.decode()
    stored = ("林小禾", "138****0002", "小禾说鞋", "1千以下", "周映红", "要手语翻译", "2021年3月", "没有您的同意记录")
    assert [words for words in stored if words not in page] == []
    assert "13807900002" not in page


@pytest.mark.parametrize("who", ["member", "secretary", "staff", "chief", "clerk", "auditor", "admin", "stranger"])
def test_who_is_no_anchor_has_none(city, sign_in, who):
    client = sign_in(getattr(city, who))
    for page in ("/anchors/own/", "/anchors/own/data/"):
        assert client.get(page).status_code == 404
    for verb in ("/anchors/own/withdraw/", "/anchors/own/agree/"):
        assert client.post(verb).status_code == 404


def test_correcting_keeps_what_was_typed_where_it_is_wrong(city, sign_in):
    client, url = sign_in(city.anchor), f"/anchors/{city.anchor.anchor.pk}/edit/"
    sent = {"stage_name": "小禾走乡村", "sex": "2", "kind": "VILLAGE", "division": "360521103", "since": "2021-03",
            "wants_farm_help": "on"}
    wrong = client.post(url, {**sent, "kind": "STAR"})
    assert wrong.status_code == 400 and "小禾走乡村" in wrong.content.decode()
    assert client.post(url, sent).url == "/anchors/own/"
    anchor = Anchor.objects.get(pk=city.anchor.anchor.pk)
    assert (anchor.kind, anchor.division_id, anchor.wants_farm_help) == ("VILLAGE", "360521103", True)
    assert "愿意助农" in client.get("/anchors/own/").content.decode()


def test_the_form_speaks_to_the_anchor_only_when_it_is_the_own_one(city, sign_in):
    url = f"/anchors/{city.anchor.anchor.pk}/edit/"
    assert "由一位党员联系您" in sign_in(city.anchor).get(url).content.decode()
    for page in (url, "/anchors/new/"):
        staff = sign_in(city.staff).get(page).content.decode()
        assert "由一位党员联系主播" in staff and "联系您" not in staff


def test_the_file_for_another_program_has_a_plain_name(city, sign_in):
    page = sign_in(city.anchor).get("/anchors/own/").content.decode()
    assert "数据文件</a>" in page and "JSON" not in page


def test_two_who_correct_different_things_do_not_undo_each_other(city, sign_in):
    url = f"/anchors/{city.anchor.anchor.pk}/edit/"
    Anchor.objects.filter(pk=city.anchor.anchor.pk).update(kind="FULL_TIME", since="2021-03-01")
    typed = {"stage_name": "小禾说鞋", "sex": "0", "kind": "FULL_TIME", "since": "2021-03"}
    shown = {f"initial-{name}": value for name, value in typed.items()}
    sign_in(city.anchor).post(url, {**shown, **typed, "kind": "VILLAGE"})
    sign_in(city.secretary).post(url, {**shown, **typed, "stage_name": "小禾走乡村", "note": "要手语"})
    anchor = Anchor.objects.get(pk=city.anchor.anchor.pk)
    assert (anchor.stage_name, anchor.kind, anchor.since.year, anchor.note) == ("小禾走乡村", "VILLAGE", 2021, "要手语")


def test_the_form_says_what_it_showed_in_the_shape_it_is_read(city, sign_in):
    Anchor.objects.filter(pk=city.anchor.anchor.pk).update(since="2021-03-01", accepts_contact=False)
    anchor = Anchor.objects.select_related("user").get(pk=city.anchor.anchor.pk)
    page = sign_in(city.anchor).get(f"/anchors/{anchor.pk}/edit/").content.decode()
    shown = dict(re.findall(r'<input type="hidden" name="(initial-\w+)" value="([^"]*)"', page))
    typed = {name.removeprefix("initial-"): value for name, value in shown.items()}
    assert len(shown) > 6 and CorrectForm(anchor, {**shown, **typed}, with_note=False).changed_data == []


def test_the_note_is_not_the_anchors_to_write(city, sign_in):
    url = f"/anchors/{city.anchor.anchor.pk}/edit/"
    sent = {"stage_name": "小禾说鞋", "sex": "2", "kind": "FULL_TIME", "note": "自己写的"}
    assert 'name="note"' not in sign_in(city.anchor).get(url).content.decode()
    sign_in(city.anchor).post(url, sent)
    assert Anchor.objects.get(pk=city.anchor.anchor.pk).note == ""
    sign_in(city.secretary).post(url, {**sent, "note": "要手语翻译"})
    assert Anchor.objects.get(pk=city.anchor.anchor.pk).note == "要手语翻译"


def test_an_account_comes_changes_and_goes(city, sign_in):
    client, anchor = sign_in(city.anchor), city.anchor.anchor
    sent = {"platform": "JD", "nickname": "小禾京东", "followers_band": "UNDER_1K"}
    client.post(f"/anchors/{anchor.pk}/accounts/", sent)
    account = anchor.accounts.get()
    page = f"/anchors/accounts/{account.pk}/"
    assert client.post(page, {"followers_band": "UNDER_10K"}).url == "/anchors/own/"
    assert "1千–1万" in client.get(page).content.decode()
    assert client.post(page, {}).status_code == 400
    assert sign_in(city.other_anchor).get(page).status_code == 404
    assert sign_in(city.member).get(page).status_code == 403
    assert sign_in(city.anchor).post(f"{page}drop/").url == "/anchors/own/"
    assert client.get(page).status_code == 404


def test_taking_consent_back_and_giving_it_again(city, sign_in):
    client = sign_in(city.anchor)
    client.post("/anchors/own/withdraw/")
    assert "您不同意登记册使用您的信息" in client.get("/anchors/own/").content.decode()
    assert sign_in(city.staff).get(f"/anchors/{city.anchor.anchor.pk}/").status_code == 404
    sign_in(city.anchor).post("/anchors/own/agree/")
    assert Consent.objects.in_force().get().text_version == VERSION
    assert sign_in(city.staff).get(f"/anchors/{city.anchor.anchor.pk}/").status_code == 200


class TestTakingItAway:
    def test_everything_is_in_it_and_nothing_of_others(self, city, sign_in):
        account_of(city)
        appeal = submit_appeal(city)
        appeals.reply(appeal, actor=city.member, text="赔 300 元。")
        submit_appeal(city, city.other_anchor.anchor, title="果园进水了")
        answer = sign_in(city.anchor).get("/anchors/own/data/")
        text = answer.content.decode()
        held = ("13807900002", "小禾说鞋", "2026-05-01 1千以下", appeal.number, appeal.body, "赔 300 元。", "同意书")
        assert [words for words in held if words not in text] == []
        assert "果园" not in text and answer["Cache-Control"] == "no-store"
        assert "filename*=utf-8''" in answer["Content-Disposition"]

    def test_notes_among_staff_stay_inside(self, city, sign_in):
        appeal = appeals.accept(submit_appeal(city), actor=city.member)
        appeals.note(appeal, actor=city.member, text="网点老板不好说话", internal=True)
        assert "网点老板不好说话" not in sign_in(city.anchor).get("/anchors/own/data/").content.decode()

    def test_a_program_reads_it_too(self, city, sign_in):
        sections = sign_in(city.anchor).get("/anchors/own/data/?as=json").json()
        assert sections[0]["标题"] == "个人" and ["姓名", "林小禾"] in sections[0]["内容"]
