"""The public answer: a summary without anybody's name, with the anchor's consent (domain.md §5.5 公开)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class PublicationQuerySet(models.QuerySet):
    def shown(self):
        return self.filter(withdrawn_at=None)

    def search(self, text):
        """Those with all the words of `text` somewhere; there are few, so they are simply read."""
        found = self
        for word in text.split():
            found = found.filter(Q(title__icontains=word) | Q(question__icontains=word) | Q(answer__icontains=word))
        return found


class Publication(models.Model):
    """What stands among the public answers. Taken down at once when the anchor takes the consent back."""

    appeal = models.OneToOneField("appeals.Appeal", models.PROTECT, related_name="publication")
    title = models.CharField("标题", max_length=60)
    question = models.TextField("问题", max_length=600)
    answer = models.TextField("答复", max_length=1200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁公开的")
    published_at = models.DateTimeField("公开时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开答复"
        indexes = [
            models.Index(
                name="appeals_publication_shown", fields=["-published_at", "-id"],
                condition=models.Q(withdrawn_at=None),
            )
        ]

    def __str__(self):
        return self.title
