"""The monthly report becomes the report of a period: what was seen is accepted, what was a draft is open."""

from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

FORMS = [
    ("month", "支部工作月报"), ("quarter", "支部工作季报"), ("half-year", "支部工作半年报"), ("year", "支部工作年报"),
    ("event", "专项报告"),
]


def name_the_periods(apps, schema_editor):
    Report = apps.get_model("branches", "Report")
    Report.objects.filter(state="draft").update(state="open")
    Report.objects.filter(state="filed", accepted_at__isnull=False).update(state="accepted")
    for first in set(Report.objects.values_list("starts_on", flat=True)):
        following = (first + timedelta(days=32)).replace(day=1)
        Report.objects.filter(starts_on=first).update(
            period=f"{first:%Y-%m}", ends_on=following - timedelta(days=1)
        )
    schema_editor.connection.check_constraints()  # now: PostgreSQL alters no table that waits for its deferred ones


def person(words):
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to=settings.AUTH_USER_MODEL, verbose_name=words,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("branches", "0010_dual_branches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint("report", "branches_report_one_per_month"),
        migrations.RemoveConstraint("report", "branches_report_filed_has_time"),
        migrations.RemoveIndex("report", "branches_report_newest"),
        migrations.AlterModelOptions(
            "report", {"verbose_name": "支部报表", "verbose_name_plural": "支部报表"}
        ),
        migrations.AlterModelOptions(
            "reportfigure",
            {"ordering": ["report", "position"], "verbose_name": "报表数字", "verbose_name_plural": "报表数字"},
        ),
        migrations.RenameField("report", "month", "starts_on"),
        migrations.AlterField("report", "starts_on", models.DateField(verbose_name="期初")),
        migrations.RenameField("report", "remark", "remarks"),
        migrations.RenameField("report", "seen_at", "accepted_at"),
        migrations.AlterField(
            "report", "accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="通过时间")
        ),
        migrations.AddField(
            "report", "form", models.CharField(choices=FORMS, default="month", max_length=10, verbose_name="报表"),
            preserve_default=False,
        ),
        migrations.AddField(
            "report", "period",
            models.CharField(
                default="", help_text="2026-10、2026-Q4、2026-H2、2026；专项报告写那一天", max_length=10,
                verbose_name="期别",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "report", "subject", models.CharField(blank=True, default="", max_length=40, verbose_name="事项"),
            preserve_default=False,
        ),
        migrations.AddField("report", "ends_on", models.DateField(null=True, verbose_name="期末（含当日）")),
        migrations.AddField("report", "accepted_by", person("谁通过")),
        migrations.AddField(
            "report", "returned_at", models.DateTimeField(blank=True, null=True, verbose_name="上次退回")
        ),
        migrations.AddField("report", "returned_by", person("谁退回")),
        migrations.AddField(
            "report", "reason", models.CharField(blank=True, default="", max_length=200, verbose_name="退回理由"),
            preserve_default=False,
        ),
        migrations.AddField(
            "report", "late_told_at", models.DateTimeField(blank=True, null=True, verbose_name="提醒过期")
        ),
        migrations.AlterField(
            "report", "state",
            models.CharField(
                choices=[("open", "待上报"), ("filed", "已上报"), ("returned", "已退回"), ("accepted", "已通过")],
                default="open", max_length=8, verbose_name="状态",
            ),
        ),
        migrations.RunPython(name_the_periods, migrations.RunPython.noop),
        migrations.AlterField("report", "ends_on", models.DateField(verbose_name="期末（含当日）")),
        migrations.AddField("reportfigure", "stamps", models.JSONField(default=list, verbose_name="当时的样子")),
        migrations.AddConstraint(
            "report",
            models.UniqueConstraint(
                fields=("branch", "form", "period", "subject"), name="branches_report_once",
                violation_error_message="这个支部这一期的报表已经有了。",
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(filed_at=None, state="open") | Q(~Q(state="open"), filed_at__isnull=False),
                name="branches_report_filed_has_time", violation_error_message="已上报的报表必须有上报时间。",
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=False, state="accepted") | Q(~Q(state="accepted"), accepted_at=None),
                name="branches_report_accepted_has_time", violation_error_message="已通过的报表必须有通过时间。",
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(~Q(reason=""), returned_at__isnull=False),
                name="branches_report_returned_has_reason", violation_error_message="退回的报表必须写明理由。",
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="branches_report_ends_after_start",
                violation_error_message="期末不能早于期初。",
            ),
        ),
        migrations.AddConstraint(
            "report",
            models.CheckConstraint(
                condition=Q(~Q(subject=""), form="event") | Q(~Q(form="event"), subject=""),
                name="branches_report_event_has_subject",
                violation_error_message="专项报告必须写明事项，别的报表没有事项。",
            ),
        ),
        migrations.AddIndex("report", models.Index(fields=["-ends_on", "-id"], name="branches_report_newest")),
        migrations.AddIndex("report", models.Index(fields=["form", "starts_on"], name="branches_report_of_form")),
        migrations.AddIndex(
            "report",
            models.Index(
                condition=Q(state__in=("open", "returned")), fields=["due_at"], name="branches_report_owed"
            ),
        ),
        migrations.AlterField(
            "reportform", "code",
            models.CharField(blank=True, choices=FORMS, max_length=10, null=True, verbose_name="在本系统里填"),
        ),
        migrations.AlterField(
            "rule", "unit",
            models.CharField(
                choices=[
                    ("PERSON", "人"), ("UNIT", "家"), ("YEAR", "年"), ("MONTH", "个月"), ("DAY", "天"),
                    ("WORKDAY", "个工作日"), ("PERIOD", "期"), ("PERCENT", "%"), ("YUAN", "元"),
                ],
                max_length=8, verbose_name="单位",
            ),
        ),
    ]
