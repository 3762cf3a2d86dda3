"""The Online Harms Safety Centre's case-coordination platform."""

from ohsc.celery import app as celery_app

__all__ = ["celery_app"]
