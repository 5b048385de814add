from xinyu_portal import clock
from xinyu_portal.celery import app


@app.task
def tick():
    """One minute of the portal: every sweep of settings.SWEEPS. Safe twice, safe late, safe beside itself."""
    clock.tick()
