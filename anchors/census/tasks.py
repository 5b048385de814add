from celery import shared_task

from anchors.census import services


@shared_task
def work():
    """Read and write what waits. Every few seconds; lost or doubled, it changes nothing."""
    services.work()
