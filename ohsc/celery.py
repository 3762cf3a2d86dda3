"""The workforce: Celery on Redis. It is told that there is work; what the work is stands in PostgreSQL."""

import logging.config
import os
import time

from celery import Celery
from celery.signals import (
    beat_init,
    setup_logging,
    task_failure,
    task_postrun,
    task_prerun,
    task_success,
    worker_init,
)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ohsc.settings")
app = Celery("ohsc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
@beat_init.connect
def start_only_with_a_bound_login(**kwargs):
    """Worker and clock, like the web, refuse a login that row-level security would not bind."""
    from ohsc.core.checks import refuse_an_unbound_login

    refuse_an_unbound_login()


@setup_logging.connect
def log_as_the_web_does(**kwargs):
    """Celery would set up formats of its own, with arguments, results and the texts of exceptions."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def a_task_begins(task=None, task_id=None, **kwargs):
    from ohsc.core.requests import task_id as current

    task.request.ohsc_began = time.monotonic()
    current.set(task_id)


@task_success.connect
def the_clock_was_heard(sender=None, **kwargs):
    """A job of the schedule was done: whoever asks whether the clock ticks reads it here."""
    from django.utils import timezone

    from ohsc.core.actions import note_beat
    from ohsc.core.heartbeats import scheduled

    if sender.name in scheduled():
        note_beat(sender.name, at=timezone.now())


@task_failure.connect
def a_task_failed(sender=None, exception=None, **kwargs):
    from ohsc.core import logs

    logs.of_task(sender.name, "failure", _took(sender), exception)


@task_postrun.connect
def a_task_ended(task=None, state=None, **kwargs):
    from ohsc.core import logs
    from ohsc.core.requests import task_id as current

    if state != "FAILURE":
        logs.of_task(task.name, (state or "").lower(), _took(task))
    current.set("")


def _took(task) -> float:
    return time.monotonic() - getattr(task.request, "ohsc_began", time.monotonic())
