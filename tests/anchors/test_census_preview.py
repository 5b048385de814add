"""Before staff confirm they see what would be replaced, and whose own words; afterwards the anchors hear of it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from anchors.census import services
from anchors.census.models import Import, Round
from anchors.registry import services as registry
from anchors.registry.models import Anchor
from notices.models import Notice
from tests.census_files import census, person, row
from tests.statements import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(city):
    """`bring(row, …)`: upload and read; with write=True confirmed and written, too. Returns the Import."""

    def bring(*rows, write=False):
        found = services.upload(census(*rows), file_name="摸底.xlsx", actor=city.staff)
        services.work()
        if write:
            services.confirm(Import.objects.get(pk=found.pk), actor=city.staff)
            services.work()
        return Import.objects.get(pk=found.pk)

    return bring


@pytest.fixture
def page(city, sign_in):
    """`page(import)`: the page as staff read it."""
    staff = sign_in(city.staff)
    return lambda found: staff.get(reverse("census:detail", args=[found.pk]))


def lines(response):
    return {line.label: line[1:] for person in response.context["changed"] for line in person.lines}


def registered():
    return Anchor.objects.select_related("user").get(stage_name__startswith="杜")


def can_log_in(user):
    user.set_password("xinyu-2026-mima")
    user.save()
    return user


def test_the_old_and_the_new_of_everything_that_changes(bring, page):
    bring(row(), write=True)
    seen = page(bring(row(
        网名="杜老师农场", 性别="男", 县区="分宜县", 乡镇街道="钤山镇", 从业类型="专职", 从业起始年月="2019-03",
        粉丝量="3.2万", 备注="要场地", 所属支部="万商红", 是否愿意接受党员联系="是", **{"签约机构/企业": "电商孵化园"},
    ), row(平台="快手")))
    assert lines(seen) == {
        "主播名": ("杜大叔农场", "杜老师农场", None), "从业类型": ("兼职", "专职", None),
        "县区乡镇": ("渝水区新钢街道", "分宜县钤山镇", None), "所属支部": ("没有", "万商红", None),
        "从业起始年月": ("2025年2月", "2019年3月", None), "是否愿意接受党员联系": ("没有问过", "愿意", None),
        "备注": ("没有", "要场地", None), "签约机构/企业": ("没有", "电商孵化园", None), "性别": ("女", "男", None),
        "账号 杜大叔农场": ("没有", "快手 · 三农 · 1千以下", None),
    }
    said = [(line.before, line.after) for line in seen.context["changed"][0].lines if line.label.startswith("账号")]
    assert said == [("1千以下", "1万–10万"), ("没有", "快手 · 三农 · 1千以下")]
    assert "<strong>杜老师农场</strong>" in seen.content.decode()


def test_what_the_anchor_wrote_himself_is_marked(bring, page, city):
    bring(row(), person(1), write=True)
    anchor = registered()
    registry.correct(anchor, actor=anchor.user, stage_name="杜哥农场", kind="VILLAGE")
    registry.declare(anchor.accounts.get(), actor=anchor.user, followers_band="UNDER_100K")
    registry.correct(anchor, actor=city.staff, since=date(2020, 1, 1))
    AuditEvent.objects.filter(actor=anchor.user).update(at=timezone.localtime().replace(month=3, day=9))
    seen = page(bring(row(网名="杜老师农场"), person(1, 网名="别的")))
    own = [(line.label, bool(line.own)) for line in seen.context["changed"][0].lines]
    assert own == [("主播名", True), ("从业类型", True), ("从业起始年月", False), ("账号 杜大叔农场", True)]
    assert [line.own for line in seen.context["changed"][1].lines] == [None]
    assert "本人 3月9日改过" in seen.content.decode()


def test_only_since_the_round_before(bring, page):
    bring(row(), write=True)
    anchor, long_ago = registered(), timezone.now() - timedelta(days=400)
    Round.objects.update(name="去年摸底", opened_on=long_ago.date())
    registry.correct(anchor, actor=anchor.user, stage_name="杜哥农场")
    AuditEvent.objects.filter(actor=anchor.user).update(at=long_ago)
    registry.correct(anchor, actor=anchor.user, kind="VILLAGE")
    Import.objects.update(finished_at=long_ago + timedelta(days=9))
    found = lines(page(bring(row(), person(1))))
    assert not found["主播名"][2] and found["从业类型"][2]


def test_a_preview_of_many_takes_as_many_statements_as_of_one(bring, page):
    bring(*map(person, range(25)), write=True)
    one = bring(person(0, 网名="新名", 乡镇街道="罗坊镇"))
    at_one = statements(lambda: page(one))
    many = bring(*(person(n, 网名=f"新名{n}", 乡镇街道="罗坊镇") for n in range(25)))
    at_many = statements(lambda: page(many))
    assert len(at_one) == len(at_many), "\n".join(at_many)


def test_who_was_registered_anew_meanwhile_is_looked_at_again(bring, page):
    bring(row(), write=True)
    found = bring(row(网名="杜老师农场"))
    registry.correct(registered(), actor=registered().user, stage_name="杜老师农场")
    assert "登记刚有变化，写入前会再核对。" in page(found).content.decode()


def test_who_can_log_in_hears_of_the_change_once(bring, page):
    bring(*map(person, range(3)), write=True)
    changed, _ = [can_log_in(User.objects.with_phone(person(n)["*手机号码"]).get()) for n in range(2)]
    rows = (person(0, 网名="新名0"), person(1), person(2, 网名="新名2"))
    found = bring(*rows, write=True)
    told = Notice.objects.get(title="您的登记信息有更正")
    assert (told.recipient, told.url, "新名" in told.text) == (changed, reverse("anchors:own"), False)
    assert (found.counts["changed"], found.counts["told"]) == (2, 1)
    assert "能登录的 1 人" in page(found).content.decode()
    bring(*rows, write=True)
    assert Notice.objects.filter(title="您的登记信息有更正").count() == 1


def test_an_import_that_fails_tells_nobody(bring, city, monkeypatch):
    bring(row(), write=True)
    can_log_in(registered().user)
    monkeypatch.setattr(services, "_forget", lambda row: 1 / 0)
    bring(row(网名="杜老师农场"), write=True)
    assert not Notice.objects.filter(recipient=registered().user).exists() and registered().stage_name == "杜大叔农场"
