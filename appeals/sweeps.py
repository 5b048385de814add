"""What the clock does to appeals at every tick, in the order of settings.SWEEPS. Each returns how many rows it moved.

`now` is the instant of the tick: a machine that was off catches up, one level per appeal and tick.
"""

from django.db.models import F, OuterRef, Q, Subquery

from appeals.batches import guarded, sweep, tell
from appeals.deadlines import Terms, as_facts
from appeals.handlers import Handlers
from appeals.merging.following import stages_of_children
from appeals.models import Judgement, Stage
from appeals.querysets import due
from appeals.trail import Line, stamp
from appeals.waiting import end_with
from appeals.workflow import LADDER, TRANSITIONS, Level, Outcome, Status, Verb

_LOST = {
    (Level.MEMBER, False): "联系党员没有按时接单，已自动交到{to}。",
    (Level.MEMBER, True): "联系党员没有按时答复，已自动交到{to}。",
    (Level.BRANCH, False): "支部没有按时接单，已自动交到{to}。",
    (Level.BRANCH, True): "支部没有按时答复，已自动交到{to}。",
}


def escalate(now):
    """What its level let lapse goes one level up; a level without anybody is passed over and named in the line."""
    lapsed = due(now, deadline=True, levels=(Level.MEMBER, Level.BRANCH))

    def act(stages):
        following = stages_of_children(stages)
        handlers, terms = _handlers([*stages, *following]), Terms.load()
        lines, entered, left = [], {}, list(stages)
        for stage in stages:
            level, passed = handlers.above(stage, stage.appeal)
            arrived = _next_stage(stage, level, terms, now)
            entered[stage.appeal_id] = arrived
            lines.append(_escalation(stage, arrived, passed, now))
        lost = {stage.appeal_id: stage for stage in stages}
        for child in following:
            lead, arrived = lost[child.led_by], entered[child.led_by]
            if LADDER.index(child.level) < LADDER.index(arrived.level):
                entered[child.appeal_id] = _next_stage(child, arrived.level, terms, now, arrived.branch_id)
                lines.append(_escalation(child, entered[child.appeal_id], [], now, lead))
                left.append(child)
        guarded(lapsed, stages, left_at=now)
        guarded(Q(left_at=None), left[len(stages):], left_at=now)
        end_with([stage.pk for stage in left], now)
        Stage.objects.bulk_create(entered.values())
        tell(
            lines, handlers=handlers, now=now, entered=entered, status=TRANSITIONS[Verb.ESCALATE].target,
            current=Subquery(Stage.objects.filter(appeal=OuterRef("pk"), left_at=None).values("pk")[:1]),
        )

    return sweep(lapsed, act, now)


def remind(now):
    """Half of the working time of the deadline in force has gone."""
    half = due(now, at="remind_at", fired="remind_fired") & _staying(now)
    return _signal(now, Verb.REMIND, half, "办理时间已过半，已提醒办理的人。")


def amber(now):
    """Less than a third of the working time is left."""
    most = due(now, at="amber_at", fired="amber_fired") & _staying(now)
    return _signal(now, Verb.AMBER, most, "期限只剩三成，已提醒办理的人。")


def _staying(now):
    """Not about to climb: of two beats one may be past its escalations when a deadline goes by."""
    return Q(level=Level.COMMITTEE) | Q(deadline_at__gte=now)


def supervise(now):
    """Overdue at the committee, where nothing is above: 黄牌, and five working days later 红牌."""
    overdue = due(now, deadline=True, levels=(Level.COMMITTEE,))
    yellow = overdue & Q(yellow_fired__lt=F("clock"))
    red = overdue & Q(red_fired__lt=F("clock"), deadline_at__lte=Terms.load().red_cutoff(now))
    return _signal(now, Verb.YELLOW_CARD, yellow, "市行业党委超过期限，已亮黄牌。") + _signal(
        now, Verb.RED_CARD, red, "超过期限已满 5 个工作日，已亮红牌。"
    )


def close_silent(now):
    """Nobody judged the answer in time: closed as 未评价. Silence is never satisfaction."""
    answered = Q(left_at__isnull=False) & (Q(retry_at=None) | Q(retry_at__lte=now))
    silent = Q(status=Status.REPLIED, judge_by__lt=now)

    def act(stages):
        lines = [
            Line(stage.appeal, Verb.CLOSE_SILENT, stage, now, facts={"outcome": str(Outcome.UNCONFIRMED)}, ordinal=1)
            for stage in stages
        ]
        guarded(answered, stages)
        Judgement.objects.bulk_create(
            [Judgement(appeal=stage.appeal, stage=stage, answered=False, at=now) for stage in stages]
        )
        tell(
            lines, handlers=_handlers(stages), now=now, status=TRANSITIONS[Verb.CLOSE_SILENT].target,
            outcome=Outcome.UNCONFIRMED, closed_at=now,
        )

    return sweep(answered, act, now, whose=silent)


_FIRED = {
    Verb.REMIND: "remind_fired", Verb.AMBER: "amber_fired", Verb.YELLOW_CARD: "yellow_fired",
    Verb.RED_CARD: "red_fired",
}


def _signal(now, verb, condition, sentence):
    """Send a signal once for the deadline in force: the stage remembers at which `clock` it last went out."""

    def act(stages):
        guarded(condition, stages, **{_FIRED[verb]: F("clock")})
        lines = [
            Line(
                stage.appeal, verb, stage, now, facts={"deadline_at": stamp(stage.deadline_at)}, public=sentence,
                ordinal=stage.clock,
            )
            for stage in stages
        ]
        tell(lines, handlers=_handlers(stages), now=now)

    return sweep(condition, act, now)


def _handlers(stages):
    branch_ids = {stage.branch_id or stage.appeal.branch_id for stage in stages}
    return Handlers.load(branch_ids, [stage.appeal_id for stage in stages])


def _next_stage(stage, level, terms, now, branch_id=None):
    return Stage(
        appeal=stage.appeal, seq=stage.seq + 1, level=level, entered_at=now,
        branch_id=None if level == Level.COMMITTEE else branch_id or stage.branch_id,
        **terms.on_entering(stage.appeal.service_class, level, now),
    )


def _escalation(stage, arrived, passed, now, lead=None):
    """`lead` is the stage that lapsed where this one only follows it."""
    lapsed = lead or stage
    facts = {
        "to": str(arrived.level), "branch": arrived.branch_id, "passed_over": [str(level) for level in passed],
        "lapsed_at": stamp(lapsed.deadline_at), **as_facts(arrived),
    }
    sentence = _LOST[lapsed.level, lapsed.accepted_at is not None].format(to=Level(arrived.level).label)
    return Line(stage.appeal, Verb.ESCALATE, stage, now, facts=facts, public=sentence, ordinal=1)
