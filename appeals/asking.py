"""Until when somebody else is asked to do something: in working days from now, or by an instant."""

from django.core.exceptions import ValidationError

from branches.calendar import worktime

MOST_DAYS = 20  # working days; whoever needs longer asks again


def asked_until(calendar, at, *, days, due_at, usual, last=None):
    """17:30 of the `days`-th working day (`usual` when neither is given), or `due_at`; never after `last`.

    Raises ValidationError at `days` or `due_at`. Days that reach beyond `last` end there; an instant is refused.
    """
    if due_at is None:
        days = usual if days is None else days
        if days not in range(1, MOST_DAYS + 1):
            raise ValidationError({"days": f"请填 1 到 {MOST_DAYS} 个工作日。"})
        until = worktime.add_workdays(calendar, at, days)
        return min(until, last) if last else until
    if due_at <= at:
        raise ValidationError({"due_at": "期限要在现在以后。"})
    if due_at > (last or worktime.add_workdays(calendar, at, MOST_DAYS)):
        end = worktime.say(last, at) if last else f"第 {MOST_DAYS} 个工作日"
        raise ValidationError({"due_at": f"最晚到{end}。"})
    return due_at


def offers(calendar, at, last=None, most=MOST_DAYS):
    """`[(days, until)]` that a form offers; the last one that makes a difference is the end."""
    found = []
    for days in range(1, most + 1):
        until = asked_until(calendar, at, days=days, due_at=None, usual=days, last=last)
        found.append((days, until))
        if until == last:
            break
    return found


def spoken_offers(offered, now):
    """`[(3, "3 个工作日，12月2日（周三）17:30 前")]`; what ends before that day's 17:30 says only when."""
    return [(days, f"{days} 个工作日，{worktime.by(until, now)}") for days, until in offered]
