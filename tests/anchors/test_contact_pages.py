"""The work lists, the choice of a contact, the spread with its undo, and the anchor's own page."""

import re

import pytest

from anchors.contacts import services
from anchors.contacts.models import ContactSpread, ContactWish
from anchors.registry.models import Anchor
from tests.anchors.test_contacts import many
from tests.api_client import Caller

LIST, SPREAD, MINE = "/anchors/contacts/", "/anchors/contacts/spread/", "/anchors/contacts/mine/"


@pytest.fixture
def anchor(city):
    return city.anchor.anchor


def names(client, **query):
    return {anchor.stage_name for anchor in client.get(LIST, query).context["page"]}


def mark_of(answer):
    return hidden(answer)["mark"]


def hidden(answer):
    """What the spread's form carries beside the ticks."""
    return dict(re.findall(r'name="(mark|seen)" value="([\w,]*)"', answer.content.decode()))


class TestWorkList:
    def test_the_tabs_hold_what_they_say(self, city, anchor, sign_in):
        services.wish_for_another(anchor, actor=city.anchor, reason="FAR")
        Anchor.objects.filter(user=city.other_anchor).update(accepts_contact=False)
        many(city, 2)
        client = sign_in(city.staff)
        assert len(names(client)) == 2
        assert names(client, tab="wish") == {"小禾说鞋"}
        assert names(client, tab="branchless") == {"晚晴慢直播"}
        assert names(client, tab="declined") == {"阿果果园"}
        assert [tab["count"] for tab in client.get(LIST).context["tabs"]] == [2, 1, 1, 1]
        assert "离得太远" in client.get(LIST, {"tab": "wish"}).content.decode()

    def test_a_branch_sees_its_own(self, city, sign_in):
        many(city, 2)
        assert len(names(sign_in(city.secretary))) == 2
        assert names(sign_in(city.other_secretary)) == {"阿果果园"}

    def test_the_registrys_filters_narrow_it(self, city, sign_in):
        many(city, 1, kind="VILLAGE")
        many(city, 1)
        assert len(names(sign_in(city.secretary), kind="VILLAGE")) == 1

    @pytest.mark.parametrize("who", ["anchor", "member", "auditor", "stranger", "admin"])
    def test_it_is_for_those_who_assign(self, city, sign_in, who):
        assert sign_in(getattr(city, who)).get(LIST).status_code == 403


class TestChoosing:
    def url(self, anchor):
        return f"{LIST}{anchor.pk}/"

    def test_the_member_with_the_fewest_stands_first(self, city, anchor, sign_in):
        many(city, 3, contact=city.officer)
        people = sign_in(city.secretary).get(self.url(anchor)).context["people"]
        assert [one.member.user for one in people] == [city.secretary, city.member, city.officer]

    def test_choosing_one(self, city, anchor, sign_in):
        sent = {"member": city.officer.pk, "seen": city.member.pk}
        page = sign_in(city.secretary).post(self.url(anchor), sent, follow=True)
        assert "已请陆南枝联系小禾说鞋" in page.content.decode()
        page = sign_in(city.secretary).get(self.url(anchor)).content.decode()
        assert "支部安排" in page and "程远山" in page

    def test_the_eleventh_is_warned_of(self, city, anchor, sign_in):
        many(city, 10, contact=city.officer)
        page = sign_in(city.secretary).post(self.url(anchor), {"member": city.officer.pk}, follow=True)
        assert "建议不超过 10 名" in page.content.decode()

    def test_who_was_overtaken_gets_409(self, city, anchor, sign_in):
        services.assign_contact(anchor, member=city.officer, actor=city.staff)
        sent = {"member": city.secretary.pk, "seen": city.member.pk}
        answer = sign_in(city.secretary).post(self.url(anchor), sent)
        assert answer.status_code == 409 and "刚刚有变化" in answer.content.decode()

    @pytest.mark.parametrize(("who", "status"), [("other_secretary", 404), ("member", 403), ("anchor", 403)])
    def test_it_is_not_for_others(self, city, anchor, sign_in, who, status):
        client = sign_in(getattr(city, who))
        assert client.get(self.url(anchor)).status_code == status
        assert client.post(self.url(anchor), {"member": city.officer.pk}).status_code == status

    def test_by_the_api(self, city, anchor):
        answer = Caller(city.secretary).send(f"anchors/{anchor.pk}/assign-contact/", {"member": city.officer.pk})
        assert answer.status_code == 200
        assert answer.json()["contact"] == {"id": city.officer.pk, "name": "陆南枝"} and answer.json()["warning"] == ""

    @pytest.mark.parametrize(
        ("who", "sent", "status"),
        [
            ("member", {"member": 1}, 403), ("other_secretary", {"member": 1}, 404), ("secretary", {}, 400),
            ("secretary", {"member": "x"}, 400), ("secretary", {"member": 2**63}, 400),
            ("secretary", {"member": 10**9}, 400), ("staff", {"member": True}, 400),
        ],
    )
    def test_the_api_refuses(self, city, anchor, who, sent, status):
        answer = Caller(getattr(city, who)).send(f"anchors/{anchor.pk}/assign-contact/", sent)
        assert answer.status_code == status, answer.json()

    def test_the_api_tells_who_was_overtaken(self, city, anchor):
        sent = {"member": city.officer.pk, "seen": 0}
        assert Caller(city.secretary).send(f"anchors/{anchor.pk}/assign-contact/", sent).status_code == 409


class TestSpreading:
    def test_preview_confirm_result_undo(self, city, sign_in):
        many(city, 5)
        client = sign_in(city.secretary)
        preview = client.get(SPREAD)
        assert "会分出 5 名主播" in preview.content.decode() and not ContactSpread.objects.exists()
        sent = {"mark": mark_of(preview), "members": [city.member.pk, city.officer.pk, city.secretary.pk]}
        result = client.post(SPREAD, sent, follow=True)
        assert "分出了 5 名主播" in result.content.decode()
        assert client.post(SPREAD, sent).url == result.redirect_chain[-1][0]  # a second click
        run = ContactSpread.objects.get()
        back = client.post(f"{SPREAD}{run.pk}/undo/", follow=True)
        assert "撤回了 5 名" in back.content.decode() and not Anchor.objects.filter(contact=city.officer).exists()

    def test_fewer_members_are_another_plan(self, city, sign_in):
        many(city, 4)
        plan = sign_in(city.secretary).get(SPREAD, {"members": [city.officer.pk]}).context["plan"]
        assert {user_id for _, user_id in plan.pairs} == {city.officer.pk}

    def test_what_the_list_shows_is_what_is_spread(self, city, sign_in):
        many(city, 2, kind="VILLAGE")
        many(city, 3)
        assert len(sign_in(city.secretary).get(SPREAD, {"kind": "VILLAGE"}).context["plan"].pairs) == 2

    def test_a_list_that_changed_is_shown_again(self, city, sign_in):
        many(city, 3)
        client = sign_in(city.secretary)
        mark = mark_of(client.get(SPREAD))
        many(city, 1)
        answer = client.post(SPREAD, {"mark": mark, "members": [city.member.pk]})
        assert answer.status_code == 409 and "名单刚刚有变化" in answer.content.decode()

    def test_the_ticks_as_they_are_now_are_what_counts(self, city, sign_in):
        many(city, 4)
        client = sign_in(city.secretary)
        sent = {**hidden(client.get(SPREAD)), "members": [city.officer.pk]}
        answer = client.post(SPREAD, sent)
        assert answer.status_code == 409 and "勾选变了，下面是新的分法" in answer.content.decode()
        assert {pk for _, pk in answer.context["plan"].pairs} == {city.officer.pk}
        assert not ContactSpread.objects.exists()
        client.post(SPREAD, {**sent, **hidden(answer)})
        assert set(ContactSpread.objects.get().changes.values_list("after", flat=True)) == {city.officer.pk}

    def test_the_same_ticks_of_another_list_are_no_change_of_ticks(self, city, sign_in):
        many(city, 3)
        client = sign_in(city.secretary)
        sent = {**hidden(client.get(SPREAD, {"members": [city.member.pk]})), "members": [city.member.pk]}
        many(city, 1)
        assert "名单刚刚有变化" in client.post(SPREAD, sent).content.decode()

    def test_recounting_gives_nothing(self, city, sign_in):
        many(city, 2, kind="VILLAGE")
        many(city, 3)
        client = sign_in(city.secretary)
        page = client.get(SPREAD, {"kind": "VILLAGE", "members": [city.member.pk]})
        form = page.content.decode().partition('<form class="cols')[2].partition("</form>")[0]
        assert f'action="{SPREAD}?kind=VILLAGE"' in form and 'name="recount"' in form and "就这样分" in form
        sent = {**hidden(page), "members": [city.officer.pk], "recount": "1"}
        answer = client.post(f"{SPREAD}?kind=VILLAGE", sent)
        assert answer.status_code == 200 and not ContactSpread.objects.exists()
        assert [pk for _, pk in answer.context["plan"].pairs] == [city.officer.pk] * 2
        assert client.post(SPREAD, {"recount": "1"}).status_code == 400

    def test_the_result_names_who_got_whom_as_far_as_one_may_see(self, city, sign_in):
        waiting = many(city, 2)
        first, second = waiting
        run = services.spread(waiting, members=[city.officer], actor=city.secretary)
        client = sign_in(city.secretary)
        page = client.get(f"{SPREAD}{run.pk}/").content.decode()
        assert first.stage_name in page and second.stage_name in page and f"/anchors/{first.pk}/" in page
        Anchor.objects.filter(pk=second.pk).update(branch=city.other_branch)
        page = client.get(f"{SPREAD}{run.pk}/").content.decode()
        assert first.stage_name in page and second.stage_name not in page and "现在不归您看" in page

    def test_nobody_chosen(self, city, sign_in):
        many(city, 1)
        answer = sign_in(city.secretary).post(SPREAD, {"mark": "x"})
        assert answer.status_code == 400 and "请至少选一位党员" in answer.content.decode()

    def test_the_committee_spreads_each_branch_over_its_own(self, city, sign_in):
        many(city, 4)
        pairs = sign_in(city.staff).get(SPREAD).context["plan"].pairs
        own = {user_id for anchor, user_id in pairs if anchor.branch_id == city.other_branch.pk}
        assert own == {city.other_secretary.pk} and len(pairs) == 5

    def test_a_run_is_its_authors_and_the_committees(self, city, sign_in):
        run = services.spread(many(city, 2), members=[city.officer], actor=city.secretary)
        for who, status in (("secretary", 200), ("staff", 200), ("officer", 404), ("other_secretary", 404)):
            assert sign_in(getattr(city, who)).get(f"{SPREAD}{run.pk}/").status_code == status, who
        assert sign_in(city.member).get(SPREAD).status_code == 403

    @pytest.mark.parametrize("rows", [1, 60])
    def test_constant_statements(self, city, sign_in, rows, django_assert_max_num_queries):
        many(city, rows)
        client = sign_in(city.secretary)
        with django_assert_max_num_queries(12):
            client.get(SPREAD)
        run = services.spread(Anchor.objects.filter(branch=city.branch), members=[city.officer], actor=city.secretary)
        with django_assert_max_num_queries(8):
            client.get(f"{SPREAD}{run.pk}/")


class TestOwnPage:
    def test_another_one_please(self, city, sign_in):
        client = sign_in(city.anchor)
        assert "周映红" in client.get(MINE).content.decode()
        page = client.post(f"{MINE}wish/", {"why": "TIME"}, follow=True).content.decode()
        assert "您想换一位" in page and "时间总对不上" in page
        page = client.post(f"{MINE}wish/back/", follow=True).content.decode()
        assert "不换了" in page and not ContactWish.objects.exists()

    def test_the_contact_does_not_read_why(self, city, anchor, sign_in):
        services.wish_for_another(anchor, actor=city.anchor, reason="TIME")
        assert "时间总对不上" not in sign_in(city.member).get(f"/anchors/{anchor.pk}/").content.decode()

    def test_none_at_all_and_back(self, city, anchor, sign_in):
        client = sign_in(city.anchor)
        assert "您说过不需要" in client.post(f"{MINE}decline/", follow=True).content.decode()
        assert "支部会给您安排" in client.post(f"{MINE}accept/", follow=True).content.decode()

    def test_a_reason_that_is_not_on_the_list(self, city, sign_in):
        answer = sign_in(city.anchor).post(f"{MINE}wish/", {"why": "x"})
        assert answer.status_code == 400 and "请从列出的原因里选" in answer.content.decode()

    def test_who_is_no_anchor_has_none(self, city, sign_in):
        assert sign_in(city.secretary).get(MINE).status_code == 403
        for verb in ("wish", "wish/back", "decline", "accept"):
            assert sign_in(city.secretary).post(f"{MINE}{verb}/").status_code == 403
            assert sign_in(city.anchor).get(f"{MINE}{verb}/").status_code == 405
