"""What an appeal is, and what people and the clock do to it, in plain Python: no database, no service, no rows.

`Town` is who holds which office and what time it is; `Life` is one appeal of its one anchor. The working-time
arithmetic alone is the portal's: tests/branches/test_worktime_oracle.py holds it against a slow oracle.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from branches.calendar import worktime
from branches.calendar.workcalendar import WorkCalendar

START = datetime(2031, 3, 3, 1, tzinfo=UTC)  # a Monday, 09:00 in Shanghai; no calendar is entered, weekdays count
WEEKDAYS = WorkCalendar({})
# In the order of their ids: where any of several will do, the first does it.
PEOPLE = ("chief", "staff", "secretary", "officer", "other_secretary", "clerk", "member", "anchor", "stranger")
OURS, THEIRS, TOP, UNIT = "branch", "other_branch", "committee", "partner"
OFFICES = {
    "secretary": OURS, "officer": OURS, "other_secretary": THEIRS, "staff": TOP, "chief": TOP, "clerk": UNIT,
}
ACTIVE = ("SUBMITTED", "HANDLING")
OPEN = (*ACTIVE, "SUSPENDED")
LADDER = ("MEMBER", "BRANCH", "COMMITTEE")
NEXT = {"A2": "B1", "B1": "L2", "L2": "A2"}  # of reclassify: three classes, sooner and later


class Days:
    """For how many working days each is asked."""

    SUSPENDED, LENT, EXTENDED = 3, 2, 1


def first(people):
    return min(people, key=PEOPLE.index, default=None)


def workdays(at, days):
    return worktime.add_workdays(WEEKDAYS, at, days)


@dataclass
class Town:
    """`offices` maps a person to the place they serve; at the places in `checking` answers need a second look."""

    offices: dict
    contact: str = "member"
    checking: set = field(default_factory=set)
    now: datetime = START
    appeals: list = field(default_factory=list)

    def at(self, place):
        return {person for person, where in self.offices.items() if where == place}

    def tick(self):
        """In the order of settings.SWEEPS; what moved in one sweep has the next one's deadline still before it."""
        for appeal in self.appeals:
            appeal.leave_a_lead_that_ended()
        for appeal in [one for one in self.appeals if one.has_lapsed()]:
            appeal.escalate()
        for appeal in self.appeals:
            appeal.wake_close_and_lapse()


@dataclass
class Visit:
    """One stage. A deadline of None is not known to the model: another test says how far it is (test_deadlines).

    `asked` maps a kind of request to (who, until when); `extension`: one was ever asked; `lent` is until when a unit
    was asked to help, `late` that it was said to be late.
    """

    level: str
    branch: str | None
    holder: str | None
    entered: datetime
    accepted: bool = False
    accept_due: datetime | None = None
    due: datetime | None = None
    no_later_than: datetime | None = None
    asked: dict = field(default_factory=dict)
    extension: bool = False
    lent: datetime | None = None
    late: bool = False

    @property
    def place(self):
        return {"BRANCH": self.branch, "COMMITTEE": TOP}.get(self.level)


@dataclass(eq=False)
class Life:
    town: Town
    category: str = "A2"
    status: str = "SUBMITTED"
    outcome: str = ""
    version: int = 1
    reopened: bool = False
    returns: int = 0
    final: bool = False
    judge_by: datetime | None = None
    visits: list = field(default_factory=list)
    suspensions: int = 0
    resume_at: datetime | None = None
    kept: tuple = ()  # while suspended: when it had to be accepted, working minutes left
    recused: set = field(default_factory=set)  # people and branches
    lead: object = None
    ever_lent: bool = False

    @property
    def here(self):
        return self.visits[-1]

    @property
    def follows(self):
        return self.lead is not None and self.status in ACTIVE and self.lead.status in OPEN

    @property
    def followers(self):
        return [one for one in self.town.appeals if one.follows and one.lead is self]

    def hidden_from(self, person):
        return person in self.recused or self.town.offices.get(person) in self.recused

    def at(self, place):
        """Who may act there: nobody recused."""
        return {person for person in self.town.at(place) if not self.hidden_from(person)}

    def handles(self, person, visit=None):
        visit = visit or self.here
        return visit.holder == person if visit.level == "MEMBER" else person in self.town.at(visit.place)

    def is_kept_from(self, lead):
        """Whoever is recused would have it in hand with the lead."""
        return bool(self.recused) and (lead.here.level != "COMMITTEE" or self.hidden_from(lead.here.holder))

    def elsewhere(self):
        return THEIRS if self.here.place == OURS else OURS

    def assignee(self):
        """Whom `assign` names: somebody of this level who does not have it."""
        return first(self.at(self.here.place) - {self.here.holder})

    def is_anybody_here(self):
        return not self.hidden_from(self.here.holder) if self.here.level == "MEMBER" else bool(self.at(self.here.place))

    # What a verb does.

    def do(self, person, verb, whom=None):
        self.version += 1
        getattr(self, f"_{verb}", lambda person, whom: None)(person, whom)

    def leave(self):
        """What was asked or lent ends with the stage."""
        self.here.asked.clear()
        self.here.lent = None

    def enter(self, level, branch=None, holder=None, due=None):
        """`due` goes on where the verb starts no deadline."""
        if self.visits:
            self.leave()
        self.status, self.judge_by, self.resume_at = "SUBMITTED", None, None
        self.visits.append(Visit(level, None if level == "COMMITTEE" else branch, holder, self.town.now, due=due))

    def enter_first(self):
        """Where an appeal of this anchor begins: contact, branch, committee."""
        contact = self.town.contact
        if contact and not self.hidden_from(contact):
            self.enter("MEMBER", OURS, holder=contact)
        else:
            self.enter("BRANCH" if self.at(OURS) else "COMMITTEE", OURS)

    def up(self):
        branch = self.here.branch
        self.enter("BRANCH" if self.here.level == "MEMBER" and self.at(branch) else "COMMITTEE", branch)

    def accept(self, person):
        self.here.accepted, self.status = True, "HANDLING"
        self.here.holder = self.here.holder if self.here.level == "MEMBER" else person

    def answer(self, person):
        if self.status == "SUBMITTED":
            self.version += 1
            self.accept(person)
        self.leave()
        self.status, self.judge_by = "REPLIED", workdays(self.town.now, 10)

    def wake(self):
        self.version += 1
        (self.here.accept_due, left), self.kept, self.resume_at = self.kept, (), None
        self.here.due = worktime.due_at(WEEKDAYS, self.town.now, worktime.parse_limit(f"{left}m"))
        self.status = "HANDLING"

    def go_to(self, branch, *, kept):
        self.enter("BRANCH" if branch else "COMMITTEE", branch, due=self.here.due if kept else None)

    def let_go(self):
        self.version += 1
        self.lead = None

    def lead_along(self, person, *, kept=False, climb=False):
        there = self.here
        for child in self.followers:
            if child.is_kept_from(self) or child.hidden_from(person):
                child.let_go()
            elif child.is_behind(there, climb):
                child.version += 1
                child.enter(there.level, there.branch, due=child.here.due if kept else None)

    def is_behind(self, there, climb):
        if climb:
            return LADDER.index(self.here.level) < LADDER.index(there.level)
        return (self.here.level, self.here.branch) != (there.level, there.branch)

    def contact_changed(self):
        if self.status in OPEN and self.here.level == "MEMBER" and self.here.holder != self.town.contact:
            if self.status == "SUSPENDED":
                self.wake()
            self.version += 1
            self.enter_first()

    # What the clock does; lines that only remind are counted by the rows' versions.

    def has_lapsed(self):
        if self.status not in ACTIVE or self.follows or self.here.level == "COMMITTEE":
            return False
        return (self.here.due if self.here.accepted else self.here.accept_due) < self.town.now

    def leave_a_lead_that_ended(self):
        if self.lead and not self.follows:
            self.lead = None

    def escalate(self):
        followers = self.followers
        self.up()
        for child in followers:
            if child.is_behind(self.here, climb=True):
                child.enter(self.here.level, self.here.branch)

    def wake_close_and_lapse(self):
        here, now = self.here, self.town.now
        if self.status == "SUSPENDED" and self.resume_at <= now:
            self.wake()
        elif self.status == "REPLIED" and self.judge_by < now:
            self.status, self.outcome = "CLOSED", "UNCONFIRMED"
        here.asked = {kind: (by, until) for kind, (by, until) in here.asked.items() if until >= now}
        here.late |= here.lent is not None and here.lent < now

    # One method a verb: what it does beside its line.

    def _accept(self, person, whom):
        self.accept(person)

    def _reply(self, person, whom):
        for child in self.followers:
            if child.hidden_from(person):
                child.let_go()
                continue
            if not child.handles(person):
                child.here.holder = person
            child.version += 1
            child.answer(person)
            child.lead = None
        self.answer(person)

    def _hand_up(self, person, whom):
        self.up()
        self.lead_along(person, climb=True)

    def _transfer(self, person, whom):
        self.go_to(self.elsewhere(), kept=True)
        self.lead_along(person, kept=True)

    def _return(self, person, whom):
        self.here.asked["return"] = person, workdays(self.town.now, 1)

    def _decide_return(self, person, whom):
        self.returns += 1
        self.go_to(self.elsewhere() if self.returns < 2 and self.at(self.elsewhere()) else None, kept=True)
        self.lead_along(person, kept=True)

    def _refuse_return(self, person, whom):
        del self.here.asked["return"]

    def _assign(self, person, whom):
        self.here.holder = self.assignee()

    def _assign_finally(self, person, whom):
        self.final = True
        self.go_to(OURS, kept=False)
        self.lead_along(person)

    def _reclassify(self, person, whom):
        self.category = NEXT[self.category]
        self.here.no_later_than, self.here.due, self.here.accept_due = self.here.due, None, None

    def _extend(self, person, whom):
        self.here.asked["extension"] = person, workdays(self.town.now, 1)
        self.here.extension = True

    def _decide_extension(self, person, whom):
        del self.here.asked["extension"]
        self.here.due = workdays(self.here.due, Days.EXTENDED)

    def _refuse_extension(self, person, whom):
        del self.here.asked["extension"]

    def _release(self, person, whom):
        self.here.asked["release"] = person, workdays(self.town.now, 1)

    def _decide_release(self, person, whom):
        by, _ = self.here.asked.pop("release")
        self.version += 1
        self._reply(by, None)

    def _refuse_release(self, person, whom):
        del self.here.asked["release"]

    def _suspend(self, person, whom):
        here, now = self.here, self.town.now
        self.kept = here.accept_due, max(worktime.working_minutes(WEEKDAYS, now, here.due), 1)
        self.status, self.suspensions, self.resume_at = "SUSPENDED", self.suspensions + 1, workdays(now, Days.SUSPENDED)
        here.accept_due = here.due = None

    def _resume(self, person, whom):
        self.version -= 1
        self.wake()

    def _supplement(self, person, whom):
        if self.status == "SUSPENDED":
            self.wake()

    def _dispatch(self, person, whom):
        here, now = self.here, self.town.now
        self.ever_lent, here.late = True, False
        here.lent = min(workdays(now, Days.LENT), here.due if here.due > now else workdays(now, 1))

    def _dispatch_reply(self, person, whom):
        self.here.lent = None

    def _confirm(self, person, whom):
        self.status, self.outcome = "CLOSED", "PARTLY"

    def _reopen(self, person, whom):
        self.reopened = True
        self.up()

    def _withdraw(self, person, whom):
        self.leave()
        self.status, self.outcome = "CLOSED", "WITHDRAWN"

    def _merge(self, person, whom):
        self.here.asked.clear()
        self.lead = whom
        whom.version += 1

    def _unmerge(self, person, whom):
        self.lead = None

    def _recuse(self, person, whom):
        self.recused.add(whom)
        here, there = self.here, self.at(TOP)
        lost = self.hidden_from(here.holder) or (here.level != "COMMITTEE" and not self.is_anybody_here())
        if self.hidden_from(here.asked.get("release", (None,))[0]):
            del here.asked["release"]
        if self.status in OPEN and lost:
            if self.status == "SUSPENDED" and here.level == "COMMITTEE" and there:
                here.holder = person if person in there else first(there)
            else:
                for child in self.followers:
                    child.let_go()
                self.enter("COMMITTEE", due=here.due if here.level == "COMMITTEE" else None)
        if self.follows and self.is_kept_from(self.lead):
            self.let_go()
