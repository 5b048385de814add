"""The web process of `make run`: one worker, because SQLite has one writer; eight threads for the waiting."""

import os

from xinyu_portal.running.child import die_with_parent

wsgi_app = "xinyu_portal.wsgi:application"
bind = f"127.0.0.1:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = 1
threads = 8
timeout = 60
graceful_timeout = 5
control_socket_disable = True
errorlog = "-"
# Access lines would carry addresses of anchors; the trail says who did what.
accesslog = None


def post_fork(server, worker):
    """A killed master must free the port at once for the one that replaces it."""
    die_with_parent()
