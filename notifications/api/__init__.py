"""The interface for webhooks and for the events feed."""

from notifications.api.deliveries import Deliveries, OneDelivery, ReplayDead, ReplayDelivery
from notifications.api.events import Events
from notifications.api.webhooks import OneWebhook, ResumeWebhook, RotateSecret, TestWebhook, Webhooks

__all__ = [
    "Deliveries",
    "Events",
    "OneDelivery",
    "OneWebhook",
    "ReplayDead",
    "ReplayDelivery",
    "ResumeWebhook",
    "RotateSecret",
    "TestWebhook",
    "Webhooks",
]
