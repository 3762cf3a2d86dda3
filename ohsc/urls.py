"""Where does each address lead?"""

from django.conf import settings
from django.urls import include, path
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from agencies.roles import Permission
from notifications.urls import webhooks
from ohsc import console
from ohsc.core import gallery, views
from ohsc.core.routes import PUBLIC, SIGNED_IN, route

HOME = require_safe(RedirectView.as_view(pattern_name="triage", permanent=False))

urlpatterns = [
    route("", HOME, name="home", needs=SIGNED_IN),
    path("", include("referrals.urls")),
    path("", include("exchange.urls")),
    path("audit", include("audit.urls")),
    path("inbox", include("notifications.urls")),
    path("systems/webhooks", include(webhooks)),
    path("preferences/", include("notifications.preferences_urls")),
    path("agencies", include("agencies.directory_urls")),
    path("capabilities", include("agencies.capability_urls")),
    path("people", include("agencies.people_urls")),
    path("account/", include("agencies.urls")),
    path("systems/clients", include("agencies.client_urls")),
    route("systems/console", console.page, name="console", needs=Permission.MANAGE_WEBHOOKS),
    path("", include("ohsc.api_urls")),
    route("components/", gallery.gallery, name="gallery", needs=PUBLIC),
    route("healthz", views.healthz, name="healthz", needs=PUBLIC),
    route("readyz", views.readyz, name="readyz", needs=PUBLIC),
    *([path("demonstration/", include("ohsc.demo.urls"))] if settings.DEMO else []),
]

handler400 = "ohsc.core.views.bad_request"
handler403 = "ohsc.core.views.forbidden"
handler404 = "ohsc.core.views.not_found"
handler500 = "ohsc.core.views.server_error"
