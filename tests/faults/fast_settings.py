"""The portal's own settings with a beat of two seconds, so that a test sees several ticks."""

from datetime import timedelta

from xinyu_portal.settings import *  # noqa: F403
from xinyu_portal.settings import CELERY_BEAT_SCHEDULE

SECONDS = 2
CELERY_BEAT_SCHEDULE = {
    name: entry | {"schedule": timedelta(seconds=SECONDS), "options": {"expires": SECONDS - 0.1}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
}
