"""What the committee sees of a census: the list, the upload, the progress, the preview, the result, the round."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from anchors.census import services
from anchors.census.models import Import, Round
from anchors.registry.models import Anchor
from tests.census_files import Upload, census, person, row, sheet_of
from xinyu_portal.workbook_judge import ENCRYPTED, NOT_A_WORKBOOK, OLD_FORMAT, OLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(city, sign_in):
    return sign_in(city.staff)


def text(response):
    return response.content.decode()


def test_from_the_upload_to_the_registry(staff, city):
    sent = staff.post(reverse("census:new"), {"file": Upload(), "round_name": "秋季摸底"}, follow=True)
    assert "排队读取" in text(sent) and "hx-get" in text(sent)
    address = sent.redirect_chain[-1][0]
    services.work()
    seen = text(staff.get(address))
    assert "确认写入 1 人" in seen and "秋季摸底" in seen and "杜文" in seen and "hx-get" not in seen
    staff.post(f"{address}confirm/")
    services.work()
    assert "已写入登记册" in text(staff.get(address))
    assert Anchor.objects.search("杜文").count() == 1
    assert "1 / 1 人" in text(staff.get(reverse("census:round", args=[Import.objects.get().round_id])))


def test_htmx_gets_the_state_alone(staff, city):
    found = services.upload(census(row()), file_name="摸底.xlsx", actor=city.staff)
    answer = text(staff.get(reverse("census:detail", args=[found.pk]), headers={"HX-Request": "true"}))
    assert answer.strip().startswith('<div id="import"') and "<html" not in answer


def test_nothing_chosen_keeps_what_was_typed(staff):
    answer = staff.post(reverse("census:new"), {"round_name": "秋季摸底"})
    assert answer.status_code == 400
    assert "请选一个 .xlsx 文件" in text(answer) and "秋季摸底" in text(answer)


@pytest.mark.parametrize(("content", "sentence"), [
    ("姓名,手机号码".encode(), NOT_A_WORKBOOK), (b"x", NOT_A_WORKBOOK), (OLE + b"x" * 99, OLD_FORMAT),
    (OLE + "EncryptedPackage".encode("utf-16-le"), ENCRYPTED),
])
def test_what_is_no_workbook_at_all_is_refused_at_the_form(staff, content, sentence):
    answer = staff.post(reverse("census:new"), {"file": ContentFile(content, "主播.xlsx"), "round_name": "秋季摸底"})
    assert answer.status_code == 400 and answer.context["form"].errors["file"] == [sentence]
    assert "秋季摸底" in text(answer) and not Import.objects.exists() and not Round.objects.exists()


def test_a_workbook_without_anybody_to_take_can_only_be_given_up(staff, city):
    found = services.upload(census(row(县区="上海市")), file_name="摸底.xlsx", actor=city.staff)
    services.work()
    address = reverse("census:detail", args=[found.pk])
    for page in (address, reverse("census:list")):
        seen = text(staff.get(page))
        assert "没有可写入的人" in seen and "等您确认" not in seen
    assert "放弃这份表" in text(staff.get(address)) and "请看一遍，再确认" not in text(staff.get(address))
    assert staff.post(f"{address}confirm/").status_code == 409


def test_a_refused_file_says_why(staff, city):
    found = services.upload(b"PK\x03\x04", file_name="摸底.xlsx", actor=city.staff)
    services.work()
    found.refresh_from_db()
    seen = text(staff.get(reverse("census:detail", args=[found.pk])))
    assert found.refusal in seen and "登记册没有变化" in seen


def test_who_is_missing_compared_with_the_round_before(staff, city):
    services.upload(census(row(), person(1)), file_name="一.xlsx", actor=city.staff, round_name="春季摸底")
    services.work()
    services.confirm(Import.objects.get(), actor=city.staff)
    services.work()
    found = services.upload(census(row()), file_name="二.xlsx", actor=city.staff, round_name="秋季摸底")
    found.round.opened_on = found.round.opened_on.replace(year=found.round.opened_on.year + 1)
    found.round.save()
    services.work()
    seen = staff.get(reverse("census:detail", args=[found.pk])).context["missing"]
    assert (seen["count"], seen["names"]) == (1, [person(1)["*姓名"]])
    services.confirm(Import.objects.get(pk=found.pk), actor=city.staff)
    services.work()
    page = staff.get(reverse("census:round", args=[found.round_id])).context["page"]
    assert [anchor.user.name for anchor in page] == [person(1)["*姓名"]]


def test_what_a_round_has_reached_adds_up(staff, city):
    """By township with its list, in a line of their own those without a residence, and all together."""
    services.upload(census(row(), person(1), person(2, 乡镇街道=None)), file_name="一.xlsx", actor=city.staff)
    services.work()
    services.confirm(Import.objects.get(), actor=city.staff)
    services.work()
    Anchor.objects.filter(stage_name="网名1").update(division=None)
    seen = staff.get(reverse("census:round", args=[Import.objects.get().round_id]))
    found = seen.context["coverage"]
    registered = Anchor.objects.confirmed().count()
    assert (found.total.reached, found.total.registered) == (3, registered)
    assert (found.nowhere.reached, found.nowhere.registered) == (1, Anchor.objects.filter(division=None).count())
    places = [place for county in found.counties for place in county.places]
    assert sum(place.registered for place in places) + found.nowhere.registered == registered
    township = Anchor.objects.get(stage_name="杜大叔农场").division_id
    assert f'href="/anchors/?township={township}"' in text(seen) and 'href="/anchors/?division=360502"' in text(seen)
    assert "没有填现居地" in text(seen) and "全市" in text(seen)
    assert [anchor.stage_name for anchor in staff.get(f"/anchors/?township={township}").context["page"]] == [
        "杜大叔农场"
    ]


def test_a_first_round_has_none_before_and_says_so(staff, city):
    first = Round.objects.create(name="春季摸底", opened_on="2026-03-01")
    second = Round.objects.create(name="秋季摸底", opened_on="2026-09-01")
    assert "这是第一轮" in text(staff.get(reverse("census:round", args=[first.pk])))
    seen = text(staff.get(reverse("census:round", args=[second.pk])))
    assert "上一轮有、这一轮没有的人" in seen and "上一轮的人，这一轮都在" in seen and "春季摸底" in seen


def test_the_template_and_the_rejected_rows_are_workbooks(staff, city):
    template = staff.get(reverse("census:template"))
    assert "*手机号码" in sheet_of(template.content)[2]
    found = services.upload(census(row(粉丝量="好多")), file_name="摸底.xlsx", actor=city.staff)
    services.work()
    rejected = staff.get(reverse("census:rejected", args=[found.pk]))
    assert rejected["Content-Disposition"].startswith("attachment") and len(sheet_of(rejected.content)) == 2
    assert rejected["Cache-Control"] == "no-store"


def test_a_name_from_a_workbook_is_text_on_the_page(staff, city):
    rows = census(row(网名="<b>粗</b>"), person(1, 粉丝量="<script>"))
    found = services.upload(rows, file_name="<i>.xlsx", actor=city.staff)
    services.work()
    seen = text(staff.get(reverse("census:detail", args=[found.pk])))
    assert "&lt;script&gt;" in seen and "<script>" not in seen.replace("<script src", "") and "<i>.xlsx" not in seen
