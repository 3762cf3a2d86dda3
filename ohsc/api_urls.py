"""Which addresses do partners' systems use? No trailing slashes; whatever is not here is one and the same 404."""

from django.urls import path, re_path

from agencies.api import Agencies, Capabilities
from agencies.client_api import Clients, ClientSecret, OneClient, OwnClient, OwnClientSecret
from agencies.token import Token
from audit.api import Heads, LatestHead
from exchange.api import Imports
from notifications.api import (
    Deliveries,
    Events,
    OneDelivery,
    OneWebhook,
    ReplayDead,
    ReplayDelivery,
    ResumeWebhook,
    RotateSecret,
    TestWebhook,
    Webhooks,
)
from ohsc.api_docs import Changes, Document, Page
from ohsc.core.api import UnknownRoute
from ohsc.core.openapi import describe_step
from referrals.api import STEP_VIEWS, Bulk, HarmTypes, History, Matches, OneReferral, Referrals
from referrals.feedback_api import Feedback, TellSource
from referrals.questions_api import PressForAnswer
from referrals.serializers import STEP_SHAPES
from referrals.transitions import STEPS, Step

REFERRAL = "api/v1/referrals/<uuid:referral_id>"
WEBHOOK = "api/v1/webhooks/<uuid:endpoint_id>"
DELIVERY = f"{WEBHOOK}/deliveries/<str:delivery_id>"
CLIENT = "api/v1/clients/<uuid:client_id>"


def _sentence(step: Step) -> str:
    """What the table says of a step, for the documentation."""
    status = " or ".join(sorted(status.value for status in step.sources))
    by = ", ".join(sorted(party.label for party in step.by))
    ends = {step.target(source) for source in step.sources}
    to = (
        "the same"
        if ends == step.sources and len(ends) != 1
        else " or ".join(sorted(end.value for end in ends))
    )
    return f"From {status} to {to}. For: {by}{' (a coordinator)' * step.coordinator}."


def _step_path(step: Step):
    view = describe_step(
        STEP_VIEWS[step.name],
        name=step.name,
        label=step.label,
        shape=STEP_SHAPES[step.name],
        sentence=_sentence(step),
    )
    return path(f"{REFERRAL}/{step.name}", view.as_view(), name=f"api-step-{step.name}")


urlpatterns = [
    path("oauth/token", Token.as_view(), name="token"),
    path("api/v1/referrals", Referrals.as_view(), name="api-referrals"),
    path("api/v1/referrals/bulk", Bulk.as_view(), name="api-bulk"),
    path(REFERRAL, OneReferral.as_view(), name="api-referral"),
    path(f"{REFERRAL}/matches", Matches.as_view(), name="api-matches"),
    path(f"{REFERRAL}/history", History.as_view(), name="api-history"),
    path(f"{REFERRAL}/progress", TellSource.as_view(), name="api-progress"),
    path("api/v1/questions/<uuid:question_id>/chase", PressForAnswer.as_view(), name="api-question-chase"),
    path("api/v1/feedback", Feedback.as_view(), name="api-feedback"),
    *(_step_path(step) for step in STEPS.values()),
    path("api/v1/imports", Imports.as_view(), name="api-imports"),
    path("api/v1/agencies", Agencies.as_view(), name="api-agencies"),
    path("api/v1/capabilities", Capabilities.as_view(), name="api-capabilities"),
    path("api/v1/harm-types", HarmTypes.as_view(), name="api-harm-types"),
    path("api/v1/webhooks", Webhooks.as_view(), name="api-webhooks"),
    path(WEBHOOK, OneWebhook.as_view(), name="api-webhook"),
    path(f"{WEBHOOK}/test", TestWebhook.as_view(), name="api-webhook-test"),
    path(f"{WEBHOOK}/rotate-secret", RotateSecret.as_view(), name="api-webhook-secret"),
    path(f"{WEBHOOK}/resume", ResumeWebhook.as_view(), name="api-webhook-resume"),
    path(f"{WEBHOOK}/replay", ReplayDead.as_view(), name="api-webhook-replay"),
    path(f"{WEBHOOK}/deliveries", Deliveries.as_view(), name="api-deliveries"),
    path(DELIVERY, OneDelivery.as_view(), name="api-delivery"),
    path(f"{DELIVERY}/replay", ReplayDelivery.as_view(), name="api-delivery-replay"),
    path("api/v1/events", Events.as_view(), name="api-events"),
    path("api/v1/audit/heads", Heads.as_view(), name="api-audit-heads"),
    path("api/v1/audit/heads/latest", LatestHead.as_view(), name="api-audit-head"),
    path("api/v1/clients", Clients.as_view(), name="api-clients"),
    path("api/v1/clients/me", OwnClient.as_view(), name="api-own-client"),
    path("api/v1/clients/me/rotate-secret", OwnClientSecret.as_view(), name="api-own-client-secret"),
    path(CLIENT, OneClient.as_view(), name="api-client"),
    path(f"{CLIENT}/rotate-secret", ClientSecret.as_view(), name="api-client-secret"),
    path("api/v1/openapi.json", Document.as_view(), name="openapi"),
    path("api/docs", Page.as_view(), name="api-docs"),
    path("api/docs/changes", Changes.as_view(), name="api-changes"),
    re_path(r"^api/", UnknownRoute.as_view(), name="api-unknown"),
]
