"""The workforce: Celery on Redis. It is told that there is work; what the work is stands in PostgreSQL."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

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
