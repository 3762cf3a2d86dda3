"""Which addresses are here? Those of the inbox follow `/inbox`, those of webhooks `/systems/webhooks`."""

from django.urls import path

from notifications import views, views_webhooks

urlpatterns = [
    path("", views.show, name="inbox"),
    path("/csv", views.download_all, name="inbox-csv"),
    path("/read", views.mark_read, name="inbox-read"),
    path("/<uuid:item_id>/open", views.open_item, name="inbox-open"),
]

ONE = "/<uuid:endpoint_id>"
webhooks = [
    path("", views_webhooks.show_all, name="webhooks"),
    path("/add", views_webhooks.add, name="webhooks-add"),
    path(ONE, views_webhooks.show, name="webhooks-one"),
    path(f"{ONE}/test", views_webhooks.test, name="webhooks-test"),
    path(f"{ONE}/secret", views_webhooks.change_secret, name="webhooks-secret"),
    path(f"{ONE}/replay", views_webhooks.replay_dead, name="webhooks-replay"),
    path(f"{ONE}/stop", views_webhooks.stop, name="webhooks-stop"),
    path(f"{ONE}/resume", views_webhooks.resume, name="webhooks-resume"),
    path(f"{ONE}/deliveries/<uuid:delivery_id>", views_webhooks.show_delivery, name="webhooks-delivery"),
    path(
        f"{ONE}/deliveries/<uuid:delivery_id>/replay",
        views_webhooks.replay,
        name="webhooks-delivery-replay",
    ),
]
