"""The workforce: Celery on Redis. It is told that there is work; what the work is stands in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ohsc.settings")
app = Celery("ohsc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
