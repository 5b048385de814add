"""Reply templates, the four hints, and words that stay inside."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from appeals import services
from appeals.answering import templates
from appeals.answering.hints import has_blanks, hints
from appeals.models import Category, Event, ReplyTemplate
from branches.organisation.models import Branch
from branches.organisation.services import set_reply_check
from tests.api_client import Caller
from tests.factories import submit_appeal
from xinyu_portal import reference

pytestmark = pytest.mark.django_db

SAID = "样品被压坏，快递网点不肯赔\n昨天到的 12 双样鞋压坏 5 双，网点说没保价不赔。"
DRAFT = "您说的样鞋压坏的事，我们 11 月 20 日联系了快递网点，赔 300 元，周五前到账。没收到请找周映红。"


class TestHints:
    ANSWERS = {
        # what was asked, what was done, when, whom to call
        DRAFT: (True, True, True, True),
        "收到。": (False, False, False, False),
        "已转有关部门处理，请耐心等待。": (False, False, False, False),
        "快递网点的事已经协调好了。": (True, True, False, False),
        "压坏的样鞋网点答应赔，下周一打到您账上，有问题打 0790-6441234。": (True, False, True, True),
        "昨天去看过，换了锁。": (False, True, True, False),
        "有事请打 13807901234。": (False, False, False, True),
        "我们联系了网点，网点说没保价的样鞋不赔。": (True, True, False, False),
        "三个工作日内给您结果，后面可以直接找支部程书记。": (False, False, True, True),
    }

    @pytest.mark.parametrize("draft", ANSWERS)
    def test_of_real_answers(self, draft):
        assert tuple(hint.yes for hint in hints(draft, SAID)) == self.ANSWERS[draft]

    def test_an_unfilled_template_says_nothing(self, city):
        for template in ReplyTemplate.objects.all():
            assert has_blanks(template.text)
            assert not hints(template.text, SAID)[2].yes, template
        assert not has_blanks(DRAFT)

    def test_the_writer_sees_them_beside_the_form_and_nothing_is_kept(self, city, sign_in):
        appeal = submit_appeal(city)
        address, before = reverse("appeals:hints", args=[appeal.pk]), Event.objects.count()
        part = sign_in(city.member).post(address, {"text": "收到。"}, headers={"HX-Request": "true"})
        assert "没看到日子" in part.content.decode() and "<html" not in part.content.decode()
        whole = sign_in(city.member).post(address, {"text": DRAFT, "version": appeal.version}).content.decode()
        assert "写了日子" in whole and DRAFT in whole and "照片没有留下来" not in whole
        chosen = {"text": DRAFT, "version": appeal.version, "files": "鞋盒.jpg"}  # all that comes along of a photo
        assert "照片没有留下来" in sign_in(city.member).post(address, chosen).content.decode()
        assert Event.objects.count() == before
        appeal.refresh_from_db()
        assert appeal.version == 1 and appeal.status == "SUBMITTED"

    def test_a_poor_answer_is_sent_all_the_same(self, city):
        assert services.reply(submit_appeal(city), actor=city.member, text="收到。").status == "REPLIED"


class TestTemplates:
    def test_those_that_come_along_are_loaded_once_and_left_as_staff_changed_them(self, city):
        assert ReplyTemplate.objects.count() == 5
        row = ReplyTemplate.objects.get(title="办好了")
        templates.change(row, actor=city.staff, title="办好了", text="另一种说法【日期】。")
        templates.set_active(row, actor=city.staff, active=False)
        reference.load()
        row.refresh_from_db()
        assert (row.text, row.is_active, ReplyTemplate.objects.count()) == ("另一种说法【日期】。", False, 5)

    def test_an_answer_is_offered_those_of_its_category_then_those_of_all(self, city):
        appeal = submit_appeal(city, category="A2")
        own = templates.add(actor=city.staff, title="网点", text="甲", category=Category.objects.get(pk="A2"))
        other = templates.add(actor=city.staff, title="贷款", text="乙", category=Category.objects.get(pk="B1"))
        later = templates.add(actor=city.staff, title="办理中", text="丙", status="HANDLING")
        found = [row.title for row in ReplyTemplate.objects.fitting(appeal)]
        assert found[:2] == [own.title, "快递赔付"]
        assert other.title not in found and later.title not in found and "贷款咨询" not in found

    def test_only_the_committee_keeps_them(self, city):
        for user in (city.secretary, city.member, city.anchor, city.auditor):
            with pytest.raises(PermissionDenied):
                templates.add(actor=user, title="甲", text="乙")
        with pytest.raises(ValidationError):
            templates.add(actor=city.staff, title="办好了", text="乙")

    def test_it_fills_the_form_and_a_retired_one_does_not(self, city, sign_in):
        appeal, row = submit_appeal(city), ReplyTemplate.objects.get(title="办好了")
        page = reverse("appeals:detail", args=[appeal.pk])
        assert f">\n{row.text}</textarea>" in sign_in(city.member).get(page, {"template": row.pk}).content.decode()
        templates.set_active(row, actor=city.staff, active=False)
        assert row.text not in sign_in(city.member).get(page, {"template": row.pk}).content.decode()

    def test_the_pages(self, city, sign_in):
        client = sign_in(city.staff)
        client.post(reverse("answering:template_new"), {"title": "新的", "text": "内容【日期】", "category": "A"})
        row = ReplyTemplate.objects.get(title="新的")
        client.post(reverse("answering:template_change", args=[row.pk]), {"title": "新名", "text": "内容"})
        client.post(reverse("answering:template_retire", args=[row.pk]))
        row.refresh_from_db()
        assert (row.title, row.category_id, row.is_active, row.changed_by) == ("新名", None, False, city.staff)
        assert "新名" in client.get(reverse("answering:templates")).content.decode()

    def test_programs_of_handlers_read_those_in_use(self, city):
        titles = [row["title"] for row in Caller(city.member).fetch("reply-templates/").json()["results"]]
        assert "办好了" in titles
        assert Caller(city.anchor).fetch("reply-templates/").status_code == 403


class TestInternalWords:
    def test_the_anchor_reads_them_at_no_door(self, city, sign_in):
        appeal = services.note(submit_appeal(city), actor=city.member, text="网点老板不好说话。", internal=True)
        page = reverse("appeals:detail", args=[appeal.pk])
        assert "不好说话" in sign_in(city.member).get(page).content.decode()
        assert "不好说话" not in sign_in(city.anchor).get(page).content.decode()
        for path in (f"appeals/{appeal.pk}/", f"appeals/{appeal.pk}/trail/", "appeals/", "notices/"):
            assert "不好说话" not in str(Caller(city.anchor).fetch(path).json()), path


class TestTheSwitch:
    def test_the_committee_throws_it_and_the_records_tell(self, city, sign_in):
        for user in (city.secretary, city.auditor):
            with pytest.raises(PermissionDenied):
                set_reply_check(city.branch, actor=user, on=True)
        sign_in(city.staff).post(reverse("branches:reply_check", args=[city.branch.pk]), {"on": "on"})
        assert Branch.objects.get(pk=city.branch.pk).checks_replies
        event = AuditEvent.objects.get(kind="SETTING")
        assert (event.actor, event.facts) == (city.staff, {"checks_replies": True})
        sign_in(city.staff).post(reverse("branches:reply_check", args=[city.branch.pk]))
        assert not Branch.objects.get(pk=city.branch.pk).checks_replies
