"""The numbers that are in force on a day."""

from django.utils import timezone

from branches.rules.models import Rule


class RuleBook:
    """The rules of one Shanghai day, read in one statement."""

    def __init__(self, rows):
        """`rows` in the order of `since`: of one code, those of the latest day count, and no older one."""
        self._rows = {}
        for row in rows:
            found = self._rows.get(row.code)
            self._rows[row.code] = [*found, row] if found and found[0].since == row.since else [row]

    def rows(self, code):
        """The rows of one rule in the order of `above`. Raises LookupError where it has no number on that day."""
        if code not in self._rows:
            raise LookupError(f"No rule {code} is in force.")
        return sorted(self._rows[code], key=lambda row: row.above)

    def number(self, code):
        """The one number of a rule, as Decimal in the unit of its row."""
        (row,) = self.rows(code)
        return row.value

    def step(self, code, amount):
        """The row of a table that holds for `amount`: the last one that it is over, else the first."""
        steps = self.rows(code)
        return next((row for row in reversed(steps) if amount > row.above), steps[0])

    def __iter__(self):
        """All rows in force, by rule, in the order in which the rules were entered."""
        for code in sorted(self._rows, key=lambda code: self._rows[code][0].pk):
            yield from self.rows(code)


def rules_on(day=None):
    """The RuleBook of a Shanghai day, today by default."""
    return RuleBook(Rule.objects.filter(since__lte=day or timezone.localdate()).order_by("since", "id"))
