"""The daily seal: one hash over the heads of all trails, chained to the seal before it."""

from django.db import models


class Seal(models.Model):
    """`digest` is SHA-256 over the lines "number seq hash" of every appeal, by number; `hash` chains the seals.

    `hash` = SHA-256 of the canonical JSON of day, heads, digest and prev_hash; the first prev_hash is 64 zeros.
    """

    day = models.DateField("日期", unique=True)
    made_at = models.DateTimeField("封存时间")
    heads = models.PositiveIntegerField("诉求件数")
    digest = models.CharField("总校验码", max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField("封存码", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "每日封存"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day}"


class SealedHead(models.Model):
    """The head of one trail when a seal was made; only where it had moved since the seal before."""

    seal = models.ForeignKey(Seal, models.PROTECT, related_name="moved")
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="sealed_heads")
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "封存的记录"
        constraints = [models.UniqueConstraint(name="appeals_sealedhead_once", fields=["appeal", "seal"])]

    def __str__(self):
        return f"{self.appeal_id} {self.seq}"
