from datetime import date

from django.db import models

SOURCE = "《江西日报》2024年10月下旬报道"  # domain.md [S1]: where all figures of facts.csv stand
METHOD = "照报道原文引用，本系统没有核实"


class Fact(models.Model):
    """A quoted figure with its qualifier (余, 约, 超, 预计), its day, its place and its source; never computed here."""

    class Scope(models.TextChoices):
        OWN = "own", "本市"
        REFERENCE = "reference", "外地参考"

    code = models.CharField("代码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=60)
    qualifier = models.CharField("限定词", max_length=10, blank=True)
    value = models.DecimalField("数值", max_digits=16, decimal_places=1)
    unit = models.CharField("单位", max_length=12)
    as_of = models.CharField("截至", max_length=10)
    place = models.CharField("地方", max_length=20)
    scope = models.CharField("范围", max_length=10, choices=Scope.choices)
    source = models.CharField("出处", max_length=60, default=SOURCE)
    method = models.CharField("怎么来的", max_length=60, default=METHOD)
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "引用事实"
        ordering = ["id"]

    def __str__(self):
        return self.title

    @property
    def spoken(self):
        """The figure as the source says it: 3000 余, 约 2260 万, 超过 40 万, 上百个. The qualifier is never lost."""
        if self.qualifier.startswith("上"):
            return self.qualifier
        number = _number(self.value)
        return f"{number} {self.qualifier}" if self.qualifier == "余" else f"{self.qualifier} {number}".strip()

    @property
    def is_forecast(self):
        """Announced before it happened: what was measured later stands apart from it."""
        return self.qualifier == "预计"

    @property
    def spoken_unit(self):
        return "" if self.qualifier.endswith(self.unit) else self.unit

    @property
    def period(self):
        """“2024年10月21日” of 2024-10-21, “2024年10月” of 2024-10, “2024年” of 2024."""
        return "".join(f"{int(part)}{unit}" for part, unit in zip(self.as_of.split("-"), "年月日", strict=False))

    @property
    def first_day(self):
        """The earliest day that `as_of` can mean: 1 August 2024 of 2024-08."""
        year, month, day = [*map(int, self.as_of.split("-")), 1, 1][:3]
        return date(year, month, day)


def _number(value):
    """91.8; 3000; 40 万; 113.3 亿."""
    for size, name in ((10**8, " 亿"), (10**4, " 万")):
        if value >= size and value % (size // 10) == 0:
            return f"{value / size:.1f}".removesuffix(".0") + name
    return f"{value:.1f}".removesuffix(".0")
