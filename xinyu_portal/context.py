"""What every page is given: the menu of the hats this person wears, and how many messages wait.

Everything is lazy: a page without the frame, and a person who is not logged in, cost no statement.
"""

from dataclasses import dataclass, replace
from functools import cached_property

from django.conf import settings
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from anchors.registry.policy import links
from branches.organisation.policy import hats
from members.policy import is_member
from notices.models import Notice
from xinyu_portal import refusals

BIG_TYPE = "big_type"  # name of the cookie


@dataclass(frozen=True)
class Item:
    """One entry of the menu: `where` and `query` name its page, `url` is its address once it is drawn.

    `under` are the pages that belong to it: a second line of the menu while one of them is open.
    """

    where: str
    label: str
    icon: str
    query: str = ""
    under: tuple = ()
    url: str = ""
    current: bool = False
    count: int = 0


NEW = Item("appeals:new", "说诉求", "message-plus")
MINE = Item("appeals:list", "我的诉求", "list-check")
OWN = replace(MINE, query="?own=1")  # for an anchor whose list of work stands at the same address
DUTIES = Item("appeals:list", "待办", "list-check")
APPEALS = Item("appeals:list", "诉求", "message-circle")
STATISTICS = Item("appeals:statistics", "统计", "chart-bar")
TODAY = Item("committee_home", "今天要办的", "list-check")
TODAY_OF_BRANCH = Item("branch_home", "支部要办的", "list-check")
LINKED = Item("anchors:list", "我联系的主播", "users")
LINKED_SHORT = replace(LINKED, label="我的主播")  # in the bar, where 大字版 leaves room for four
OWN_CONTACT = Item("contacts:mine", "我的联系党员", "user-check")
LENT = Item("appeals:dispatches", "派给我们的", "building-community")
ANCHORS = Item("anchors:list", "主播", "broadcast")
BRANCHES = Item("branches:list", "支部", "hierarchy-3")
MEMBERS = Item("members:list", "党员", "users-group")
MEETINGS = Item("meetings:list", "三会一课", "calendar-event")
STATIONS = Item("stations:list", "驿站", "coffee")
MEASURES = Item("measures:list", "21 条举措", "flag")
FORMS = Item("admission:list", "报表准入", "shield-check")
MONTHLY = Item(
    "reports:list", "月报", "file-text", under=(Item("reports:list", "本支部报表", "file-text"), MEASURES, FORMS)
)
FACTS = Item("facts:list", "数据台账", "database")
REPORTS = Item(
    "reports:list", "报表", "file-text",
    under=(
        Item("reports:list", "支部报表", "file-text"), Item("reports:rollup", "报表汇总", "stack-2"), MEASURES, FORMS,
        FACTS,
    ),
)
AUDIT = Item("appeals:audit", "经过", "list-details")
AUDIT_RECORDS = Item("appeals:audit_records", "操作记录", "eye")
CALENDAR = Item("calendar:now", "日历与值班", "calendar")
OWN_CARD = Item("anchors:own", "我的登记", "id-badge-2")
SEALS = Item("appeals:seals", "每日封存", "lock")
ANSWERS = Item("answers", "公开的答复", "messages")
INBOX = Item("notices:inbox", "消息", "bell")
DUTIES_OF_UNITS = Item("appeals:duties", "权责清单", "list-details")
OF_THE_CITY = replace(APPEALS, under=(
    replace(APPEALS, label="全市诉求"), Item("appeals:follow_ups", "回访", "phone"),
    Item("appeals:dispatches", "派单", "building-community"), Item("appeals:sheets", "督办单", "file-certificate"),
    DUTIES_OF_UNITS,
    STATISTICS, ANSWERS, Item("answering:templates", "答复模板", "file-text"),
    SEALS,
))
OF_THE_BRANCH = replace(APPEALS, under=(
    replace(APPEALS, label="支部诉求"), STATISTICS, ANSWERS, DUTIES_OF_UNITS,
))

# Hat -> (menu, bottom bar). A person with several gets the union; the first hat words an entry they share.
COMMITTEE = (
    (TODAY, OF_THE_CITY, ANCHORS, BRANCHES, MEMBERS, MEETINGS, STATIONS, REPORTS, CALENDAR),
    (TODAY, APPEALS, BRANCHES),
)
BRANCH = (
    (TODAY_OF_BRANCH, OF_THE_BRANCH, ANCHORS, BRANCHES, MEMBERS, MEETINGS, STATIONS, MONTHLY),
    (TODAY_OF_BRANCH, APPEALS, MONTHLY),
)
# An office that takes no appeals, and has no figures of them.
BRANCH_READER = ((TODAY_OF_BRANCH, APPEALS, *BRANCH[0][2:]), BRANCH[1])
CONTACT = ((DUTIES, LINKED, MEETINGS, STATIONS, ANSWERS, MEASURES, INBOX), (DUTIES, LINKED_SHORT, INBOX))
ANCHOR = ((NEW, MINE, OWN_CONTACT, STATIONS, ANSWERS, INBOX, OWN_CARD), (NEW, MINE, STATIONS, INBOX))
AUDITOR = (
    (AUDIT, AUDIT_RECORDS, SEALS, DUTIES_OF_UNITS, MEASURES, STATIONS, FACTS, INBOX),
    (AUDIT, AUDIT_RECORDS, SEALS, INBOX),
)
PARTNER = ((LENT, STATIONS, INBOX), (LENT, INBOX))
MEMBER = ((MEETINGS, STATIONS, ANSWERS, MEASURES, INBOX), (MEETINGS, STATIONS, INBOX))
VISITOR = ((STATIONS, FACTS, ANSWERS, INBOX), (STATIONS, INBOX))
STAFF_TABS, PHONE_TABS = 3, 4


class Menu:
    """The menu of one request."""

    def __init__(self, request):
        self.request, self.user = request, request.user

    @cached_property
    def hats(self):
        worn, linked = hats(self.user), links(self.user)
        found = [COMMITTEE] if worn.handles_for_committee else []
        found += [AUDITOR] if worn.is_auditor else []
        found += [BRANCH if worn.handles_for_branches else BRANCH_READER] if worn.sees_branches else []
        found += [CONTACT] if linked.linked else []
        found += [ANCHOR] if linked.own else []
        found += [PARTNER] if worn.partner_ids else []
        return found or [MEMBER if is_member(self.user) else VISITOR]

    @cached_property
    def shell(self):
        return "phone" if self.hats[0] in (CONTACT, ANCHOR) else "staff"

    @cached_property
    def unread(self):
        return Notice.objects.visible_to(self.user).unread().count()

    @cached_property
    def nav(self):
        return self._drawn([item for menu, _ in self.hats for item in menu])

    @cached_property
    def tabbar(self):
        room = PHONE_TABS if self.shell == "phone" else STAFF_TABS
        return self._drawn([item for _, bar in self.hats for item in bar])[:room]

    @cached_property
    def below(self):
        """The second line: the pages that belong to the entry of this page, or none."""
        return next((item.under for item in self.nav if item.current), ())

    def _drawn(self, items):
        if len(self.hats) > 1:
            items = [OWN if item is MINE else item for item in items]
        drawn = {}
        for item in items:
            under = self._current([self._addressed(one) for one in item.under])
            drawn.setdefault((item.where, item.query), replace(self._addressed(item), under=tuple(under)))
        return self._current(drawn.values())

    def _addressed(self, item):
        count = self.unread if item.where == INBOX.where else 0
        return replace(item, url=reverse(item.where) + item.query, count=count)

    def _current(self, items):
        """The same entries, marked the one that this page belongs to: whose address, or one below, fits the longest."""
        fit = {item.url: max([self._fit(item), *(self._fit(one) for one in item.under)]) for item in items}
        longest = max(fit.values(), default=0)
        return [replace(item, current=0 < longest == fit[item.url]) for item in items]

    def _fit(self, item):
        """How much of this page's address the entry's covers; 0 where it is another page."""
        asked = OWN.query if "own" in self.request.GET else ""
        fits = self.request.path.startswith(reverse(item.where)) and item.query in ("", asked)
        return len(item.url) if fits else 0


def shell(request):
    known = {
        "home_url": reverse("home"),
        "here": refusals.came_from(request) or request.get_full_path(),
        "big_type": request.COOKIES.get(BIG_TYPE) == "big",
        "portal_name": "E心向党·热播新余",
        "portal_owner": "新余市网络直播行业党委",
        "is_demo_city": not settings.PRODUCTION,
    }
    user = getattr(request, "user", None)  # who is refused at the door, for a foreign host, never got one
    if user is None or not user.is_authenticated:
        return known
    menu = Menu(request)
    return {**known, **{
        name: SimpleLazyObject(lambda name=name: getattr(menu, name))
        for name in ("nav", "below", "tabbar", "shell", "unread")
    }}
