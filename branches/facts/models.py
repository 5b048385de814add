from django.db import models


class Fact(models.Model):
    """A quoted figure with its qualifier (余, 约, 超, 预计), its day and its place; never computed here."""

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
    note = models.CharField("说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "引用事实"
        ordering = ["id"]

    def __str__(self):
        return self.title
