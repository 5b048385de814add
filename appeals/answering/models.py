"""What a handler may begin an answer from."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appeals.workflow import Status


class ReplyTemplateQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(is_active=True)

    def fitting(self, appeal):
        """What an answer to this appeal may begin from: of its category, of the one above it, or of all."""
        above = {appeal.category_id, appeal.category.parent_id} - {None}
        whose = Q(category=None) | Q(category__in=sorted(above))
        return self.in_use().filter(whose, status__in=("", appeal.status)).order_by(
            F("category").desc(nulls_last=True), "id"
        )


class ReplyTemplate(models.Model):
    """A draft that staff keep: for one category (first or second level) or all, for one status or all."""

    title = models.CharField("名称", max_length=40)
    text = models.TextField("内容", max_length=2000)
    category = models.ForeignKey(
        "appeals.Category", models.PROTECT, null=True, blank=True, related_name="reply_templates",
        verbose_name="哪一类", help_text="不选就是各类都可用",
    )
    status = models.CharField("什么时候用", max_length=10, choices=Status.choices, blank=True)
    is_active = models.BooleanField("在用", default=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁改的"
    )
    changed_at = models.DateTimeField("修改时间")

    objects = ReplyTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "答复模板"
        ordering = ["category", "id"]
        constraints = [models.UniqueConstraint(name="appeals_replytemplate_title", fields=["title"])]

    def __str__(self):
        return self.title
