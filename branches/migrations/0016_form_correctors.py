from django.conf import settings
from django.db import migrations, models
from django.db.models import F


def give_periods(apps, schema_editor):
    """Their reports were opened by the code all along."""
    forms = apps.get_model("branches", "ReportForm").objects.exclude(code=None)
    forms.exclude(period=F("code")).update(period=F("code"))


def give_correctors(apps, schema_editor):
    """Whoever corrected before the last one stands in the audit alone."""
    AuditEvent = apps.get_model("accounts", "AuditEvent")
    for form in apps.get_model("branches", "ReportForm").objects.exclude(corrected_by=None):
        kept = AuditEvent.objects.filter(
            kind="CHANGE", subject_type="branches.reportform", subject_id=str(form.pk), actor__isnull=False
        )
        form.correctors.set({form.corrected_by_id, *kept.values_list("actor", flat=True)})


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_id_numbers'),
        ('branches', '0015_training_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='reportform',
            name='correctors',
            field=models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='更正过的人'),
        ),
        migrations.RunPython(give_periods, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='reportform',
            constraint=models.CheckConstraint(condition=models.Q(('code', None), ('period', models.F('code')), _connector='OR'), name='branches_reportform_period_of_its_code', violation_error_message='在本系统里填的，多久报一次要和那张表一样。'),
        ),
        # Last: PostgreSQL alters no table on which a foreign key of this transaction still waits to be checked.
        migrations.RunPython(give_correctors, migrations.RunPython.noop),
    ]
