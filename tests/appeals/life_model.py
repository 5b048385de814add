"""What each attempt at an appeal must come to, said beforehand, in plain Python.

The order is that of design §3: whose verb, then the version, then the state.
"""

from tests.appeals.life_deeds import ACTIVE, OPEN, OURS, TOP, UNIT, Life, workdays

DONE, FORBIDDEN, NOT_NOW, WRONG = "done", "403", "409", "400"
BY_ANCHOR = ("hand_up", "confirm", "reopen", "withdraw", "supplement")
BY_HANDLER = (
    "accept", "reply", "note", "inner_note", "hand_up", "transfer", "return", "assign", "assign_finally", "reclassify",
    "extend", "suspend", "resume", "dispatch", "release", "decide_release", "refuse_release",
)
BY_COMMITTEE = ("decide_return", "refuse_return", "merge", "unmerge", "recuse")
BY_OTHERS = (*BY_COMMITTEE[:4], "decide_extension", "refuse_extension", "dispatch_reply")
VERBS = (*BY_HANDLER, *BY_ANCHOR[1:], *BY_OTHERS)
OF_A_CHILD = ("note", "inner_note", "supplement", "withdraw", "recuse", "unmerge", "dispatch_reply")


class Model(Life):
    def expect(self, person, verb, stale=False, whom=None):
        if self.hidden_from(person):
            return FORBIDDEN
        if not self.whose(person, verb):
            return NOT_NOW if stale and verb in BY_HANDLER and self.had(person) else FORBIDDEN
        if stale or (self.follows and verb not in OF_A_CHILD) or self.refuses(person, verb):
            return NOT_NOW
        return self.details(person, verb, whom)

    def whose(self, person, verb):
        if person == "anchor":
            return verb in BY_ANCHOR
        if verb in BY_COMMITTEE:
            return person in self.town.at(TOP)
        if verb in ("decide_extension", "refuse_extension"):
            return self.decides_extension(person)
        if verb == "dispatch_reply":
            return person in self.town.at(UNIT) and self.ever_lent
        if verb in ("inner_note", "note"):
            return self.handles(person) or self.had(person)
        return verb in BY_HANDLER and self.handles(person)

    def decides_extension(self, person):
        if self.here.level == "COMMITTEE":
            return person == "chief" and person in self.at(TOP)
        if self.here.level == "BRANCH":
            return person in self.at(TOP)
        return person in (self.at(self.here.branch) or self.at(TOP))

    def refuses(self, person, verb):
        here, status = self.here, self.status
        if verb in ("inner_note", "note", "recuse"):
            return False
        if verb == "dispatch_reply":
            return here.lent is None
        if verb == "confirm":
            return not (status == "REPLIED" or (status == "CLOSED" and self.outcome == "UNCONFIRMED"))
        if verb == "reopen":
            return status != "REPLIED" or self.reopened
        if verb in ("withdraw", "supplement"):
            return status not in OPEN
        if verb == "resume":
            return status != "SUSPENDED"
        if status not in ACTIVE or verb == "unmerge":
            return not (verb == "unmerge" and self.follows)
        if verb in ("extend", "suspend", "dispatch", "decide_extension", "refuse_extension") and status != "HANDLING":
            return True
        return self.level_refuses(person, verb) or self.work_refuses(person, verb)

    def level_refuses(self, person, verb):
        level = self.here.level
        return {
            "accept": self.status != "SUBMITTED",
            "hand_up": level == "COMMITTEE" or (person == "anchor" and level != "MEMBER"),
            "return": level != "BRANCH", "decide_return": level != "BRANCH", "refuse_return": level != "BRANCH",
            "dispatch": level != "COMMITTEE",
        }.get(verb, level == "MEMBER" and verb in (
            "transfer", "assign", "assign_finally", "release", "decide_release", "refuse_release",
        ))

    def work_refuses(self, person, verb):
        """Something waits already, or nothing does, or it is one's own."""
        asked = self.here.asked
        if verb.startswith(("decide_", "refuse_")):
            by, _ = asked.get(verb.partition("_")[2], (person, None))
            return by == person
        return {
            "transfer": self.here.level == "COMMITTEE" and self.returns >= 2,
            "return": "return" in asked, "extend": "extension" in asked,
            "release": "release" in asked or not self.is_checked(person), "reply": self.is_checked(person),
            "suspend": self.suspensions == 2 or bool(self.followers) or bool(asked),
            "merge": bool(self.followers),
        }.get(verb, False)

    def is_checked(self, person):
        place = self.here.place
        return place in self.town.checking and bool(self.at(place) - {person})

    def details(self, person, verb, whom):
        """What the verb itself still refuses."""
        here, now = self.here, self.town.now
        if verb == "note":
            return NOT_NOW if self.status != "HANDLING" else DONE if self.handles(person) else FORBIDDEN
        if verb == "transfer":
            return DONE if self.at(self.elsewhere()) else WRONG
        if verb == "return":
            return NOT_NOW if self.final or now > workdays(here.entered, 1) else DONE
        if verb == "assign":
            return DONE if self.assignee() else WRONG
        if verb == "assign_finally":
            if here.level != "COMMITTEE" or self.returns < 2:
                return NOT_NOW
            return DONE if self.at(OURS) else WRONG
        if verb == "extend":
            return NOT_NOW if now > here.due or here.extension else DONE
        if verb == "suspend":
            return NOT_NOW if now > here.due else DONE
        if verb == "dispatch":
            return WRONG if not self.at(UNIT) else NOT_NOW if here.lent else DONE
        if verb == "recuse":
            return WRONG if whom == "anchor" or whom in self.recused else DONE
        if verb == "merge":
            return self.merge_details(person, whom)
        return DONE

    def merge_details(self, person, lead):
        if lead.status not in ACTIVE or lead.hidden_from(person) or lead.follows:
            return WRONG
        return NOT_NOW if self.is_kept_from(lead) else DONE

    def had(self, person):
        return any(visit.holder == person or self.handles(person, visit) for visit in self.visits)
