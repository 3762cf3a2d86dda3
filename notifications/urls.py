"""Which addresses are here? Those of the inbox follow `/inbox`, those of webhooks `/systems/webhooks`."""

from agencies.roles import Permission
from notifications import views, views_webhooks
from ohsc.core.routes import SIGNED_IN, Need, route

# What shows or makes a secret wants a fresh proof, the page to type on as well.
FRESH = Need(Permission.MANAGE_WEBHOOKS, fresh=("GET", "HEAD", "POST"))

urlpatterns = [
    route("", views.show, name="inbox", needs=SIGNED_IN),
    route(
        "/csv",
        views.download_all,
        name="inbox-csv",
        needs=Need(Permission.EXPORT, fresh=("GET", "HEAD", "POST")),
    ),
    route("/read", views.mark_read, name="inbox-read", needs=SIGNED_IN),
    route("/<uuid:item_id>/open", views.open_item, name="inbox-open", needs=SIGNED_IN),
]

ONE = "/<uuid:endpoint_id>"
webhooks = [
    route("", views_webhooks.show_all, name="webhooks", needs=Permission.MANAGE_WEBHOOKS),
    route("/add", views_webhooks.add, name="webhooks-add", needs=FRESH),
    route(ONE, views_webhooks.show, name="webhooks-one", needs=Permission.MANAGE_WEBHOOKS),
    route(f"{ONE}/test", views_webhooks.test, name="webhooks-test", needs=Permission.MANAGE_WEBHOOKS),
    route(
        f"{ONE}/secret",
        views_webhooks.change_secret,
        name="webhooks-secret",
        needs=FRESH,
    ),
    route(
        f"{ONE}/replay", views_webhooks.replay_dead, name="webhooks-replay", needs=Permission.MANAGE_WEBHOOKS
    ),
    route(f"{ONE}/stop", views_webhooks.stop, name="webhooks-stop", needs=Permission.MANAGE_WEBHOOKS),
    route(f"{ONE}/resume", views_webhooks.resume, name="webhooks-resume", needs=Permission.MANAGE_WEBHOOKS),
    route(
        f"{ONE}/deliveries/<uuid:delivery_id>",
        views_webhooks.show_delivery,
        name="webhooks-delivery",
        needs=Permission.MANAGE_WEBHOOKS,
    ),
    route(
        f"{ONE}/deliveries/<uuid:delivery_id>/replay",
        views_webhooks.replay,
        name="webhooks-delivery-replay",
        needs=Permission.MANAGE_WEBHOOKS,
    ),
]
