"""Anchors moved to a branch, many at once: seen before, guarded while confirmed, undone as far as nobody went on."""

import re
from datetime import date
from functools import partial
from itertools import groupby

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from anchors.contacts.models import ContactChange
from anchors.moves import policy, services
from anchors.moves.models import Move, MoveRow
from anchors.moves.plan import Plan
from anchors.moves.selection import SALT, Selection
from anchors.moves.suggestions import suggestions
from anchors.registry.models import Anchor
from anchors.registry.policy import links
from anchors.registry.services import withdraw_consent
from appeals import invariants
from branches.organisation.models import Branch, Enterprise
from branches.organisation.policy import hats
from members.models import Member
from notices.models import Notice
from tests.appeals.test_races import at_once
from tests.factories import move_anchors, poster_appeal, submit_appeal
from tests.statements import FRAME, statements
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
LIST, NEW = "/anchors/moves/", "/anchors/moves/new/"
KEY = "5f0c4f0e-7a61-4d8f-9d1f-2a8f1f6a7a01"


def move(city, anchors=None, *, actor=None, to=None, key=None, **overrides):
    """All anchors there are to the other branch, by the staff, as one who has just seen the preview."""
    anchors = Anchor.objects.all() if anchors is None else anchors
    key = {"key": key} if key else {}
    return move_anchors(anchors, to or city.other_branch, actor=actor or city.staff, **key, **overrides)


def crowd(city, n, **columns):
    """`n` more anchors, by default of the cast's branch with its contact."""
    columns = {"branch": city.branch, "contact": city.member, **columns}
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(username=f"c{no}", name=f"某{no}", password="!") for no in range(first, first + n)
    )
    return Anchor.objects.bulk_create(
        Anchor(user=user, stage_name=user.name, enrolled_on=date(2025, 1, 1), **columns) for user in people
    )


def branches_of(*users):
    return [Anchor.objects.get(user=user).branch for user in users]


def token_of(response):
    return re.search(r'name="token" value="([^"]+)"', response.content.decode())[1]


class TestTheMove:
    def test_takes_all_but_who_is_there_and_writes_down_each(self, city):
        made = move(city)
        assert branches_of(city.anchor, city.other_anchor, city.free_anchor) == [city.other_branch] * 3
        assert (made.count, made.ended) == (2, 1)
        rows = {row.anchor.user: (row.before, row.after) for row in made.rows.all()}
        assert rows == {
            city.anchor: (city.branch, city.other_branch), city.free_anchor: (None, city.other_branch),
        }

    def test_ends_a_contact_who_is_no_member_of_the_new_branch(self, city):
        move(city)
        assert Anchor.objects.get(user=city.anchor).contact is None
        assert MoveRow.objects.get(anchor__user=city.anchor).contact_before == city.member

    def test_remembers_how_the_contact_ended(self, city):
        move(city)
        [change] = ContactChange.objects.all()
        assert (change.anchor.user, change.before, change.after, change.by, change.why) == (
            city.anchor, city.member, None, city.staff, "MOVED",
        )

    def test_lets_what_the_contact_had_in_hand_go_on_at_the_new_branch(self, city):
        appeal = submit_appeal(city)
        move(city)
        appeal.refresh_from_db()
        assert (appeal.current.level, appeal.current.branch) == ("BRANCH", city.other_branch)
        assert invariants.broken() == {}

    def test_leaves_who_is_not_confirmed_or_took_the_consent_back(self, city):
        poster_appeal(city)
        withdraw_consent(city.free_anchor.anchor, actor=city.free_anchor)
        made = move(city, policy.within_reach(city.staff, city.other_branch))
        assert [row.anchor.user for row in made.rows.all()] == [city.anchor]

    def test_keeps_a_contact_who_is(self, city):
        Member.objects.filter(user=city.member).update(branch=city.other_branch)
        assert move(city).ended == 0
        assert Anchor.objects.get(user=city.anchor).contact == city.member

    def test_tells_who_follows_ended_contacts_inside_the_transaction(self, city, settings):
        settings.CONTACT_ENDED = [f"{__name__}.remember", f"{__name__}.refuse"]
        remembered.clear()
        with pytest.raises(Conflict):
            move(city)
        assert remembered == [[city.anchor.anchor.pk]]
        assert not Move.objects.exists() and branches_of(city.anchor) == [city.branch]

    def test_one_notice_for_each_leader_and_none_for_the_actor(self, city):
        crowd(city, 30)
        move(city)
        [heard] = Notice.objects.filter(recipient=city.other_secretary)
        assert heard.title == "32 名主播划到了本支部"
        [lost] = Notice.objects.filter(recipient=city.secretary)
        assert lost.title == "31 名主播从本支部划了出去"
        [ended] = Notice.objects.filter(recipient=city.member)
        assert ended.title == "有 31 名主播不再由您联系"
        assert set(Notice.objects.filter(recipient__anchor__isnull=False).values_list("title", flat=True)) == {
            "您的联系党员不再联系您",
        }
        assert not Notice.objects.filter(recipient=city.staff).exists()

    def test_of_what_has_changed_since_the_preview_is_refused(self, city):
        seen = Plan.of(Anchor.objects.all(), city.other_branch).digest
        Anchor.objects.filter(user=city.free_anchor).update(branch=city.branch)
        with pytest.raises(Conflict):
            move(city, seen=seen)
        assert not Move.objects.exists() and branches_of(city.anchor) == [city.branch]

    def test_is_refused_when_a_contact_would_end_that_the_preview_kept(self, city):
        Member.objects.filter(user=city.member).update(branch=city.other_branch)
        seen = Plan.of(Anchor.objects.all(), city.other_branch).digest
        Member.objects.filter(user=city.member).update(branch=city.branch)
        with pytest.raises(Conflict):
            move(city, seen=seen)

    def test_of_nobody_is_refused(self, city):
        with pytest.raises(Conflict):
            move(city, Anchor.objects.filter(user=city.other_anchor))

    def test_by_the_same_preview_happens_once(self, city):
        seen = Plan.of(Anchor.objects.all(), city.other_branch).digest
        assert move(city, seen=seen, key=KEY) == move(city, seen=seen, key=KEY)
        assert Move.objects.count() == 1 and MoveRow.objects.count() == 2


remembered = []


def remember(anchor_ids, *, at):
    remembered.append(anchor_ids)


def refuse(anchor_ids, *, at):
    raise Conflict("不行")


class TestWhoMay:
    @pytest.mark.parametrize("who", ["officer", "member", "anchor", "auditor", "clerk", "stranger", "secretary"])
    def test_nobody_else_moves_to_another_branch(self, city, who):
        with pytest.raises(PermissionDenied):
            move(city, actor=getattr(city, who))

    def test_a_secretary_takes_who_has_no_branch_and_lives_there(self, city):
        city.branch.covers.add("360502")
        Anchor.objects.filter(user=city.free_anchor).update(division="360502")
        made = move(city, policy.suggested(city.branch), actor=city.secretary, to=city.branch)
        assert made.count == 1 and branches_of(city.free_anchor) == [city.branch]

    def test_a_secretary_takes_nobody_from_another_branch(self, city):
        with pytest.raises(Conflict):
            move(city, Anchor.objects.filter(branch=city.other_branch), actor=city.secretary, to=city.branch)
        reach = policy.within_reach(city.secretary, city.branch)
        assert not reach.exists()
        with pytest.raises(Conflict):
            move(city, actor=city.secretary, to=city.branch, seen=Plan.of(reach, city.branch).digest)
        assert branches_of(city.other_anchor, city.free_anchor) == [city.other_branch, None]


class TestSuggestions:
    def counted(self):
        return {one.name: one.count for one in suggestions(Branch.objects.all())}

    def test_count_parks_and_townships_of_those_without_a_branch(self, city):
        park = Enterprise.objects.create(name="电商园", kind="PARK", branch=city.branch)
        city.branch.covers.add("360502")
        city.other_branch.covers.add("360521001")
        crowd(city, 3, branch=None, contact=None, enterprise=park)
        crowd(city, 2, branch=None, contact=None, division_id="360502")
        crowd(city, 4, branch=None, contact=None, division_id="360521001", enterprise=park)
        crowd(city, 5, branch=city.other_branch, contact=None, enterprise=park)
        assert self.counted() == {"万商红": 9, "演示第一": 4}
        for branch in (city.branch, city.other_branch):
            assert policy.suggested(branch).count() == self.counted()[branch.short_name]

    def test_a_covered_county_covers_its_townships(self, city):
        city.branch.covers.add("360521")
        crowd(city, 2, branch=None, contact=None, division_id="360521001")
        assert self.counted() == {"万商红": 2} and policy.suggested(city.branch).count() == 2

    def test_without_any_there_is_none(self, city):
        assert self.counted() == {}


class TestUndo:
    def test_brings_back_branch_and_contact(self, city):
        made = services.undo(move(city), actor=city.chief)
        assert branches_of(city.anchor, city.other_anchor, city.free_anchor) == [city.branch, city.other_branch, None]
        assert Anchor.objects.get(user=city.anchor).contact == city.member
        assert (made.restored, made.left_alone, made.undone_by) == (2, 0, city.chief)
        assert [n.title for n in Notice.objects.filter(recipient=city.member).order_by("pk")] == [
            "有 1 名主播不再由您联系", "请您联系 1 名主播",
        ]

    def test_leaves_alone_what_somebody_changed_since(self, city):
        made = move(city)
        Anchor.objects.filter(user=city.anchor).update(contact=city.other_secretary)
        made = services.undo(made, actor=city.staff)
        assert (made.restored, made.left_alone) == (1, 1)
        assert branches_of(city.anchor, city.free_anchor) == [city.other_branch, None]
        assert Anchor.objects.get(user=city.anchor).contact == city.other_secretary

    def test_remembers_that_the_contact_came_back(self, city):
        services.undo(move(city), actor=city.chief)
        change = ContactChange.objects.latest("pk")
        assert (change.anchor.user, change.before, change.after, change.why) == (
            city.anchor, None, city.member, "MOVED_BACK",
        )

    def test_leaves_alone_who_took_the_consent_back_since(self, city):
        made = move(city)
        withdraw_consent(city.anchor.anchor, actor=city.anchor)
        assert services.undo(made, actor=city.staff).restored == 1
        assert branches_of(city.anchor) == [city.other_branch]

    @pytest.mark.parametrize("change", ["left", "disabled", "not wanted"])
    def test_brings_no_contact_back_who_cannot_be_one_any_more(self, city, change):
        made = move(city)
        if change == "left":
            Member.objects.filter(user=city.member).update(left_on=date(2026, 11, 1))
        elif change == "disabled":
            User.objects.filter(pk=city.member.pk).update(is_active=False)
        else:
            Anchor.objects.filter(user=city.anchor).update(accepts_contact=False)
        services.undo(made, actor=city.staff)
        assert branches_of(city.anchor) == [city.branch]
        assert Anchor.objects.get(user=city.anchor).contact is None

    def test_of_two_moves_in_the_wrong_order_touches_nobody(self, city):
        first = move(city, to=city.other_branch)
        move(city, to=city.branch)
        assert services.undo(first, actor=city.staff).restored == 0
        assert branches_of(city.anchor, city.free_anchor) == [city.branch, city.branch]

    def test_again_changes_nothing(self, city):
        made = services.undo(move(city), actor=city.staff)
        Anchor.objects.filter(user=city.free_anchor).update(branch=city.other_branch)
        assert services.undo(made, actor=city.chief).undone_by == city.staff
        assert branches_of(city.free_anchor) == [city.other_branch]

    def test_is_not_for_the_branch_that_lost_them(self, city):
        with pytest.raises(PermissionDenied):
            services.undo(move(city), actor=city.secretary)

    def test_of_an_own_move_is_the_secretarys(self, city):
        city.branch.covers.add("360502")
        Anchor.objects.filter(user=city.free_anchor).update(division="360502")
        made = move(city, policy.suggested(city.branch), actor=city.secretary, to=city.branch)
        assert services.undo(made, actor=city.secretary).restored == 1


class TestPages:
    def test_filtered_list_to_preview_to_result_and_back(self, city, sign_in):
        client = sign_in(city.staff)
        page = client.get(NEW, {"to": city.other_branch.pk, "scope": "FILTERED", "branch": city.branch.pk})
        text = page.content.decode()
        assert "小禾说鞋" in text and "阿果果园" not in text and "确认调整 1 名" in text and "联系就结束" in text
        assert not Move.objects.exists()
        done = client.post(NEW, {"token": token_of(page)}, follow=True)
        assert done.status_code == 200 and "1 名主播已调到演示第一" in done.content.decode()
        assert branches_of(city.anchor) == [city.other_branch]
        undone = client.post(f"{LIST}{Move.objects.get().pk}/undo/", follow=True).content.decode()
        assert "1 名主播回到了原来的支部" in undone and branches_of(city.anchor) == [city.branch]

    def test_the_list_has_the_bar_and_the_ways_on_at_the_top(self, city, sign_in):
        page = sign_in(city.staff).get("/anchors/").content.decode()
        top, _, rest = page.partition('role="search"')
        assert "支部调整" in top and "登记合并" in top and "支部调整" not in rest
        assert 'class="move-bar"' in rest and "data-ticked" in rest
        page = sign_in(city.secretary).get("/anchors/").content.decode()
        assert "支部调整" in page and "move-bar" not in page

    def test_ticked_rows(self, city, sign_in):
        ids = [city.anchor.anchor.pk, city.other_anchor.anchor.pk]
        page = sign_in(city.staff).get(NEW, {"to": city.other_branch.pk, "scope": "TICKED", "anchor": ids})
        assert "1</span> 名已经在演示第一" in page.content.decode()

    @pytest.mark.parametrize("scope", ["FILTERED", "TICKED"])
    def test_leads_back_to_the_list_as_it_was_filtered(self, city, sign_in, scope):
        client, back = sign_in(city.staff), f'href="/anchors/?branch={city.branch.pk}"'
        query = {"to": city.other_branch.pk, "scope": scope, "branch": city.branch.pk, "anchor": city.anchor.anchor.pk}
        page = client.get(NEW, query)
        assert f"{back}>" in page.content.decode() and "不调了" in page.content.decode()
        assert ("按条件" in page.content.decode()) == (scope == "FILTERED")
        Anchor.objects.filter(user=city.anchor).update(contact=None)
        refused = client.post(NEW, {"token": token_of(page)})
        assert refused.status_code == 409 and back in refused.content.decode()
        nobody = client.get(NEW, {"to": city.other_branch.pk, "scope": "TICKED", "branch": city.branch.pk})
        assert "还没有勾选主播" in nobody.content.decode() and back in nobody.content.decode()

    def test_what_changed_meanwhile_is_409_with_the_fresh_preview(self, city, sign_in):
        client = sign_in(city.staff)
        page = client.get(NEW, {"to": city.other_branch.pk, "scope": "FILTERED", "branch": "none"})
        crowd(city, 1, branch=None, contact=None)
        refused = client.post(NEW, {"token": token_of(page)})
        assert refused.status_code == 409 and "确认调整 2 名" in refused.content.decode()
        assert client.post(NEW, {"token": token_of(refused)}).status_code == 302
        assert Move.objects.get().count == 2

    @pytest.mark.parametrize("query", [
        {"scope": "FILTERED"}, {"scope": "TICKED", "to": 1}, {"to": 1}, {"scope": "FILTERED", "to": 10**30},
        {"scope": "FILTERED", "to": "1", "kind": "x"}, {"scope": "TICKED", "to": 1, "anchor": ["x", "-1", "9" * 40]},
    ])
    def test_a_choice_that_cannot_be_read_moves_nobody(self, city, sign_in, query):
        query = {**query, "to": city.branch.pk} if query.get("to") == 1 else query
        if query.get("to") == "1":
            query["to"] = city.branch.pk
        page = sign_in(city.staff).get(NEW, query)
        assert page.status_code == 200 and "先选主播和支部" in page.content.decode()
        assert "note-amber" in page.content.decode()

    def test_anothers_preview_is_not_mine_to_confirm(self, city, sign_in):
        selection = Selection(city.other_branch.pk, Move.Kind.FILTERED)
        digest = Plan.of(Anchor.objects.all(), city.other_branch).digest
        for token in (selection.sealed(city.chief, digest), "x", f"{SALT}:x", selection.sealed(city.staff, "")[:-1]):
            answer = sign_in(city.staff).post(NEW, {"token": token})
            assert answer.status_code == 400 and "id_token_error" in answer.content.decode()
        assert not Move.objects.exists()

    def test_suggestions_lead_a_secretary_to_the_preview(self, city, sign_in):
        city.branch.covers.add("360502")
        Anchor.objects.filter(user=city.free_anchor).update(division="360502")
        client = sign_in(city.secretary)
        page = client.get(LIST).content.decode()
        address = re.search(r'href="(/anchors/moves/new/[^"]+)"', page)[1].replace("&amp;", "&")
        preview = client.get(address)
        assert "晚晴慢直播" in preview.content.decode()
        assert re.search(f'href="{LIST}">[^不]*不调了', preview.content.decode(), re.DOTALL)
        assert client.post(NEW, {"token": token_of(preview)}).status_code == 302
        assert branches_of(city.free_anchor) == [city.branch]

    def test_a_secretary_cannot_reach_further_by_address(self, city, sign_in):
        for query in ({"scope": "FILTERED"}, {"scope": "TICKED", "anchor": city.free_anchor.anchor.pk}):
            page = sign_in(city.secretary).get(NEW, {"to": city.branch.pk, **query}).content.decode()
            assert "晚晴慢直播" not in page and "阿果果园" not in page and "没有要调的" in page
        page = sign_in(city.secretary).get(NEW, {"to": city.other_branch.pk, "scope": "FILTERED"})
        assert "请选要调到哪个支部" in page.content.decode()

    def test_who_sees_a_move(self, city, sign_in):
        address = f"{LIST}{move(city).pk}/"
        seen = {who: sign_in(getattr(city, who)).get(address).status_code for who in (
            "staff", "secretary", "officer", "other_secretary", "member", "anchor", "stranger", "auditor",
        )}
        assert seen == {
            "staff": 200, "secretary": 200, "officer": 200, "other_secretary": 200, "member": 404, "anchor": 404,
            "stranger": 404, "auditor": 404,
        }
        assert "小禾说鞋" not in sign_in(city.secretary).get(address).content.decode()  # no longer theirs to see
        assert "小禾说鞋" in sign_in(city.other_secretary).get(address).content.decode()

    def test_the_card_tells_officers_and_nobody_else(self, city, sign_in):
        move(city)
        card = f"/anchors/{city.anchor.anchor.pk}/"
        assert "支部调整" in sign_in(city.other_secretary).get(card).content.decode()
        assert "支部调整" not in sign_in(city.anchor).get(card).content.decode()


@pytest.mark.parametrize("name", ["move", "undo"])
def test_statements_are_as_many_for_five_hundred_as_for_one(city, django_assert_max_num_queries, name):
    counted = []
    hats(city.staff), links(city.staff)  # read once per person
    for n in (1, 400):
        ids = [anchor.pk for anchor in crowd(city, n)]
        done = partial(move, city, Anchor.objects.filter(pk__in=ids))
        act = done if name == "move" else partial(services.undo, done(), actor=city.staff)
        with django_assert_max_num_queries(40) as seen:
            act()
        counted.append([query["sql"][:40] for query in seen if not query["sql"].startswith(FRAME)])
    one, many = ([line for line, _ in groupby(lines)] for lines in counted)  # rows are written some hundred at once
    assert one == many


@pytest.mark.parametrize(
    ("who", "address"), [("staff", LIST), ("staff", "preview"), ("secretary", LIST), ("staff", "result")]
)
def test_pages_cost_as_many_statements_at_two_hundred(city, sign_in, who, address):
    client, counted = sign_in(getattr(city, who)), []
    city.branch.covers.add("360502")
    for n in (1, 200):
        ids = [anchor.pk for anchor in crowd(city, n, branch=None, contact=None, division_id="360502")]
        url = f"{NEW}?to={city.branch.pk}&scope=FILTERED&branch=none" if address == "preview" else address
        if address == "result":
            url = f"{LIST}{move(city, Anchor.objects.filter(pk__in=ids)).pk}/"
        counted.append(len(statements(lambda url=url: client.get(url))))
    assert counted[0] == counted[1] <= 14, counted


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_staff_move_the_same_and_one_hears_so(self, city):
        crowd(city, 20)
        seen = {to: Plan.of(Anchor.objects.all(), to).digest for to in (city.branch, city.other_branch)}
        answers = at_once(
            *[
                lambda to=to, person=person: move(city, actor=person, to=to, seen=seen[to])
                for to, person in ((city.branch, city.staff), (city.other_branch, city.chief))
            ]
        )
        assert {type(answer) for answer in answers} == {Move, Conflict}
        assert Anchor.objects.values("branch").distinct().count() == 1

    def test_a_double_click_moves_once(self, city):
        seen = Plan.of(Anchor.objects.all(), city.other_branch).digest
        first, second = at_once(*[lambda: move(city, seen=seen, key=KEY)] * 2)
        assert first == second and MoveRow.objects.count() == 2

    def test_two_undo_at_once_restore_once(self, city):
        made = move(city)
        first, second = at_once(*[partial(services.undo, made, actor=person) for person in (city.staff, city.chief)])
        assert first.undone_by == second.undone_by and first.restored == 2
