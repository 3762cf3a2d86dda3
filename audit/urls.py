"""Which addresses are here? All for those who may read the audit."""

from audit import views
from ohsc.core.actor import READ_AUDIT
from ohsc.core.routes import Need, route

urlpatterns = [
    route("", views.log, name="audit", needs=READ_AUDIT),
    route("/csv", views.log_csv, name="audit-csv", needs=Need(READ_AUDIT, fresh=("GET", "HEAD", "POST"))),
    route("/people/<uuid:who>", views.doings, name="audit-doings", needs=READ_AUDIT),
    route("/unusual", views.unusual, name="audit-unusual", needs=Need(READ_AUDIT, centre=True)),
    route(
        "/unusual/looked-into", views.looked_into, name="audit-review", needs=Need(READ_AUDIT, centre=True)
    ),
]
