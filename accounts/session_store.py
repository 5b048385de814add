"""Sessions in a table of our own, so that a person can see and end their logins. See settings.SESSION_ENGINE."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.utils import timezone

from accounts.models import Session

DEVICE = "device"  # what `entering.enter` keeps with a session


class SessionStore(db.SessionStore):
    """Django's, whose rows also say whose they are, on what kind of device, and on which day they were last used."""

    @classmethod
    def get_model_class(cls):
        return Session

    def load(self):
        row = self._get_session_from_db()
        if row is None:
            return {}
        # The first request of a day is saved, which stamps the day and prolongs the login; the others are not:
        # a GET must not wait for the one writer, and nobody's hours are anybody's business (domain.md §9.4).
        self.modified = row.seen_on != timezone.localdate()
        return self.decode(row.session_data)

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        row.user_id, row.device = data.get(SESSION_KEY), data.get(DEVICE, "")
        return row
