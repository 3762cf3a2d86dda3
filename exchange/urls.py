"""Which addresses are here?"""

from agencies.roles import Permission
from exchange import views
from ohsc.core.routes import SIGNED_IN, route

urlpatterns = [
    route("imports", views.imports, name="imports", needs=Permission.MAKE_REFERRALS),
    route("imports/mapping", views.mappings, name="imports-mappings", needs=SIGNED_IN),
    route("imports/mapping/<slug:name>", views.mapping, name="imports-mapping", needs=SIGNED_IN),
    route("imports/made/<uuid:report_id>", views.made, name="imports-made", needs=Permission.MAKE_REFERRALS),
    route("imports/<uuid:staged_id>", views.preview, name="imports-preview", needs=Permission.MAKE_REFERRALS),
    route(
        "imports/<uuid:staged_id>/narratives/<int:number>",
        views.narrative,
        name="imports-narrative",
        needs=Permission.READ_NARRATIVES,
    ),
    route(
        "imports/<uuid:staged_id>/make", views.make_it, name="imports-make", needs=Permission.MAKE_REFERRALS
    ),
    route(
        "imports/<uuid:staged_id>/discard",
        views.discard_it,
        name="imports-discard",
        needs=Permission.MAKE_REFERRALS,
    ),
]
