"""一企一表: the check of the credit code, who may see and write, what waits to be looked at."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from openpyxl import load_workbook

from accounts.models import AuditEvent, User
from anchors.registry.models import Anchor
from branches.organisation import services
from branches.organisation.credit_codes import clean
from branches.organisation.models import Enterprise
from branches.rules.models import Rule

CODES = ("91360500MA00000073", "52360500MJ000000XQ", "92360502MA1111112U")
SHEET = {
    "name": "万商红产业新城", "kind": "PARK", "credit_code": CODES[0], "staff_band": "SMALL", "should_build": "yes",
}


class TestCreditCode:
    @pytest.mark.parametrize("code", CODES)
    def test_right(self, code):
        assert clean(code) == code

    def test_as_people_write_it(self):
        assert clean(" ９１360500 ma00000073 ") == CODES[0] and clean("  ") is None

    @pytest.mark.parametrize("code", CODES)
    def test_one_sign_mistyped_or_two_exchanged(self, code):
        for place in range(18):
            wrong = code[:place] + ("1" if code[place] != "1" else "2") + code[place + 1:]
            with pytest.raises(ValidationError):
                clean(wrong)
        with pytest.raises(ValidationError):
            clean(code[:-3] + code[-2] + code[-3] + code[-1])

    @pytest.mark.parametrize("code", ["1", CODES[0] + "1", CODES[0][:-1], "I" + CODES[0][1:], "9136050OMA00000073"])
    def test_not_a_code(self, code):
        with pytest.raises(ValidationError, match="18 位"):
            clean(code)

    def test_the_organisations_own_check_counts_too(self):
        """Right by GB 32100, wrong by GB 11714: its character 17 would be 7."""
        with pytest.raises(ValidationError, match="校验位"):
            clean(with_its_check("91360500MA0000006"))


def with_its_check(seventeen):
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    total = sum(alphabet.index(sign) * pow(3, place, 31) for place, sign in enumerate(seventeen))
    return seventeen + alphabet[(31 - total) % 31]


@pytest.mark.django_db
class TestServices:
    def test_the_committee_adds_and_corrects(self, city):
        firm = services.add(actor=city.staff, name=" 仙鹤供应链 ", kind="SUPPLY", credit_code=CODES[1].lower())
        firm = services.correct(firm, actor=city.chief, head="方小满", branch_id=city.branch.pk)
        assert (firm.name, firm.credit_code, firm.head) == ("仙鹤供应链", CODES[1], "方小满")
        assert [event.facts["fields"] for event in AuditEvent.objects.order_by("id")][1] == ["branch_id", "head"]

    def test_a_code_has_one_owner_named_to_those_who_see_it(self, city):
        services.add(actor=city.staff, name="仙鹤供应链", credit_code=CODES[1])
        for who, said in ((city.staff, "已经登记给《仙鹤供应链》了。"), (city.officer, "已经登记过了。")):
            with pytest.raises(ValidationError) as refused:
                services.add(actor=who, name="另一家", credit_code=CODES[1], branch_id=city.branch.pk)
            assert refused.value.message_dict == {"credit_code": [f"这个信用代码{said}"]}
        for name in ("甲", "乙"):
            services.add(actor=city.staff, name=name, credit_code="")

    def test_a_name_is_registered_once_and_says_so_in_plain_words(self, city):
        services.add(actor=city.staff, name="仙鹤供应链")
        with pytest.raises(ValidationError) as refused:
            services.add(actor=city.staff, name="仙鹤供应链")
        assert refused.value.message_dict == {"name": ["已经登记过叫这个名称的企业。"]}

    def test_the_head_is_a_name_and_no_phone(self, city):
        with pytest.raises(ValidationError) as refused:
            services.add(actor=city.staff, name="仙鹤供应链", head="方小满13800138000")
        assert refused.value.message_dict == {"head": ["负责人只填姓名，不填电话。"]}

    def test_registering_is_on_record_as_such(self, city):
        services.add(actor=city.staff, name="仙鹤供应链")
        assert AuditEvent.objects.get(subject_type="branches.enterprise").facts["what"] == "added"

    def test_a_branch_writes_only_its_own(self, city):
        firm = services.add(actor=city.officer, name="本支部的", branch_id=city.branch.pk)
        for branch_id in (None, city.other_branch.pk):
            with pytest.raises(ValidationError):
                services.add(actor=city.officer, name="别处的", branch_id=branch_id)
            with pytest.raises(ValidationError):
                services.correct(firm, actor=city.officer, branch_id=branch_id)
        with pytest.raises(PermissionDenied):
            services.correct(firm, actor=city.other_secretary, head="某")
        for who in (city.member, city.auditor, city.clerk, city.admin, city.anchor):
            with pytest.raises(PermissionDenied):
                services.add(actor=who, name="某")

    @pytest.mark.parametrize(
        "wrong", [{"kind": "BANK"}, {"credit_code": "123"}, {"staff_band": "7"}, {"division_id": "1"}, {"name": ""},
                  {"anchors": 3}, {"party_form": "JOINT", "should_build": True}],
    )
    def test_what_cannot_be_is_refused(self, city, wrong):
        with pytest.raises(ValidationError):
            services.add(actor=city.staff, **{"name": "某", **wrong})

    def test_a_code_is_one_enterprises(self, city):
        services.add(actor=city.staff, name="甲", credit_code=CODES[0])
        with pytest.raises(ValidationError):
            services.add(actor=city.staff, name="乙", credit_code=CODES[0])

    @pytest.mark.parametrize("code", ["", "123", "9" * 17])
    def test_the_database_wants_whole_codes(self, city, code):
        with pytest.raises(IntegrityError), transaction.atomic():
            Enterprise.objects.create(name="某", credit_code=code)


@pytest.mark.django_db
class TestPages:
    def listed(self, client, **query):
        return [row.name for row in client.get("/branches/enterprises/", query).context["page"]]

    def test_each_sees_their_own(self, city, sign_in):
        Enterprise.objects.create(name="甲", kind="MCN", branch=city.branch)
        Enterprise.objects.create(name="乙", kind="PARK", branch=city.other_branch)
        Enterprise.objects.create(name="丙")
        assert sorted(self.listed(sign_in(city.staff))) == ["丙", "乙", "甲"]
        assert self.listed(sign_in(city.secretary)) == ["甲"]
        client = sign_in(city.staff)
        assert self.listed(client, show="todo") == ["丙"] and self.listed(client, show="places") == ["乙"]
        assert self.listed(client, show="firms") == ["甲"] and self.listed(client, q="乙") == ["乙"]
        for who in (city.anchor, city.member, city.auditor, city.stranger):
            assert sign_in(who).get("/branches/enterprises/").status_code == 403

    def test_the_form_keeps_what_was_typed_and_names_what_is_wrong(self, city, sign_in):
        client = sign_in(city.staff)
        wrong = client.post("/branches/enterprises/new/", {**SHEET, "credit_code": "91360500MA00000074"})
        page = wrong.content.decode()
        assert wrong.status_code == 400 and "校验位不对" in page and "万商红产业新城" in page
        made = client.post("/branches/enterprises/new/", SHEET)
        firm = Enterprise.objects.get()
        assert made.url == f"/branches/enterprises/{firm.pk}/" and firm.should_build is True
        assert CODES[0] in client.get(made.url).content.decode()

    def test_the_rule_says_how_many_members_ask_for_an_organisation(self, city, sign_in):
        Rule.objects.filter(code="BRANCH_FULL_MEMBERS").update(value=5)
        page = sign_in(city.staff).get("/branches/enterprises/new/").content.decode()
        assert "正式党员满 5 人还没有建党组织的" in page

    def test_anchors_are_counted(self, city, sign_in):
        firm = Enterprise.objects.create(name="甲", kind="MCN")
        Anchor.objects.filter(user__in=[city.anchor, city.other_anchor]).update(enterprise=firm)
        assert "2 名" in sign_in(city.staff).get(f"/branches/enterprises/{firm.pk}/").content.decode()

    def test_the_survey_leaves_as_a_workbook_and_is_kept(self, city, sign_in):
        Enterprise.objects.create(name="=1+1", kind="PARK", credit_code=CODES[0], branch=city.branch)
        Enterprise.objects.create(name="别处", branch=city.other_branch)
        url = "/branches/enterprises/export/?show=places"
        book = load_workbook(BytesIO(sign_in(city.secretary).post(url, {"reason": "摸排核对"}).content)).active
        top, who, _, heads, *rows = [[cell.value for cell in row] for row in book.iter_rows()]
        assert "共 1 家" in top[0] and "程远山（支部书记）" in who[0] and heads[1] == "企业名称"
        assert [row[1:4] for row in rows] == [["=1+1", CODES[0], "园区"]] and book["B5"].data_type == "s"
        assert AuditEvent.objects.get().facts == {"count": 1, "filter": {"show": "places"}}
        assert sign_in(city.staff).post(url, {"reason": " "}).status_code == 400
        assert sign_in(city.staff).post("/branches/enterprises/export/?show=x", {"reason": "核对"}).status_code == 409

    def test_a_branch_cannot_give_it_away_by_the_form(self, city, sign_in):
        firm = Enterprise.objects.create(name="甲", kind="MCN", branch=city.branch)
        url = f"/branches/enterprises/{firm.pk}/edit/"
        sent = {"name": "甲", "kind": "MCN", "branch": city.other_branch.pk}
        assert sign_in(city.officer).post(url, sent).status_code == 400
        assert sign_in(city.other_secretary).get(url).status_code == 404

    @pytest.mark.parametrize("rows", [1, 200])
    def test_few_statements(self, city, sign_in, rows, django_assert_max_num_queries):
        Enterprise.objects.bulk_create(Enterprise(name=f"第{n}家", branch=city.branch) for n in range(rows))
        people = User.objects.bulk_create(User(username=f"p{n}", name="某", password="!") for n in range(rows))
        firm = Enterprise.objects.first()
        Anchor.objects.bulk_create(
            Anchor(user=user, stage_name="某", enterprise=firm, enrolled_on=date(2025, 1, 1)) for user in people
        )
        for who in (city.staff, city.secretary):
            client = sign_in(who)
            with django_assert_max_num_queries(8):
                client.get("/branches/enterprises/")
