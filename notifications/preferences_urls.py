"""Which addresses are here? They follow `/preferences/`; `/account/` is the login's, before there is an actor."""

from notifications import email_views
from ohsc.core.routes import SIGNED_IN, route

urlpatterns = [
    route("e-mail", email_views.choose, name="email-choice", needs=SIGNED_IN),
    route("e-mail/confirm", email_views.confirm, name="email-choice-confirm", needs=SIGNED_IN),
]
