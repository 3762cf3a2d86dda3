"""Where does each address lead?"""

from django.conf import settings
from django.urls import include, path
from django.views.generic import RedirectView

from notifications.urls import webhooks
from ohsc import console
from ohsc.core import gallery, views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="triage", permanent=False), name="home"),
    path("", include("referrals.urls")),
    path("", include("exchange.urls")),
    path("inbox", include("notifications.urls")),
    path("systems/webhooks", include(webhooks)),
    path("preferences/", include("notifications.preferences_urls")),
    path("agencies", include("agencies.directory_urls")),
    path("account/", include("agencies.urls")),
    path("systems/clients", include("agencies.client_urls")),
    path("systems/console", console.page, name="console"),
    path("", include("ohsc.api_urls")),
    path("components/", gallery.gallery, name="gallery"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    *([path("demonstration/", include("ohsc.demo.urls"))] if settings.DEMO else []),
]

handler400 = "ohsc.core.views.bad_request"
handler403 = "ohsc.core.views.forbidden"
handler404 = "ohsc.core.views.not_found"
handler500 = "ohsc.core.views.server_error"
