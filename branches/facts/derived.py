"""推算: what follows from quoted figures by one step of arithmetic, each with its formula. Kept nowhere."""

from dataclasses import dataclass

from branches.facts.models import Fact

# (title, code less, code whole, what the step is)
FEWER, SHARE = "减少", "占"
STEPS = (
    ("主播集中区的“暖新驿站”占全部", "stations_anchor_area", "stations", SHARE),
    ("奉新县进入社区工作的县直部门减少", "fx_departments_after", "fx_departments_before", FEWER),
    ("奉新县社区事务减少", "fx_duty_items_after", "fx_duty_items_before", FEWER),
)


@dataclass(frozen=True)
class Derived:
    """A number that no source says: the value as text, its unit, the formula, and the older day of its two parts."""

    title: str
    spoken: str
    unit: str
    how: str
    period: str
    scope: str


def derived(facts):
    """The Derived figures of which both parts are among these facts; of what is only about right nothing is derived."""
    exact = {fact.code: fact for fact in facts if not fact.qualifier}
    return [
        _step(title, exact[part], exact[whole], step)
        for title, part, whole, step in STEPS if part in exact and whole in exact
    ]


def _step(title, part, whole, step):
    if step == SHARE:
        value, unit, how = f"{100 * part.value / whole.value:.1f}", "%", f"{part.spoken} ÷ {whole.spoken}"
    else:
        value, unit, how = f"{whole.value - part.value:.0f}", whole.unit, f"{whole.spoken} − {part.spoken}"
    older = min(part, whole, key=lambda fact: fact.as_of)
    return Derived(title, value.removesuffix(".0"), unit, how, older.period, Fact.Scope(older.scope))
