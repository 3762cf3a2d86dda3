"""Which addresses are here? They follow `/preferences/`; `/account/` is the login's, before there is an actor."""

from django.urls import path

from notifications import email_views

urlpatterns = [
    path("e-mail", email_views.choose, name="email-choice"),
    path("e-mail/confirm", email_views.confirm, name="email-choice-confirm"),
]
