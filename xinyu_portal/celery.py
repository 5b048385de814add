import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinyu_portal.settings")

app = Celery("xinyu_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["anchors.census"])  # a topic is no app of its own
