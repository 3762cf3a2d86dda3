"""Which addresses are here? They follow `/people`."""

from agencies import people_pages
from agencies.roles import Permission
from ohsc.core.routes import Need, route

KEEP = Need(Permission.MANAGE_PEOPLE)
KEEP_PROVEN = Need(Permission.MANAGE_PEOPLE, fresh=("POST",))
CENTRE_PROVEN = Need(Permission.MANAGE_PEOPLE, centre=True, fresh=("POST",))

urlpatterns = [
    route("", people_pages.people, name="people", needs=KEEP),
    route("/new", people_pages.invite, name="people-new", needs=KEEP_PROVEN),
    route(
        "/invitations/<uuid:invitation_id>/send",
        people_pages.send_again,
        name="people-send-again",
        needs=KEEP_PROVEN,
    ),
    route(
        "/invitations/<uuid:invitation_id>/withdraw",
        people_pages.withdraw,
        name="people-withdraw",
        needs=KEEP,
    ),
    route("/<uuid:person_id>", people_pages.one, name="people-one", needs=KEEP),
    route("/<uuid:person_id>/change", people_pages.change, name="people-change", needs=KEEP_PROVEN),
    route("/<uuid:person_id>/disable", people_pages.disable, name="people-disable", needs=KEEP_PROVEN),
    route("/<uuid:person_id>/enable", people_pages.enable, name="people-enable", needs=KEEP_PROVEN),
    route("/<uuid:person_id>/factors", people_pages.factors, name="people-factors", needs=KEEP_PROVEN),
    route("/<uuid:person_id>/password", people_pages.password, name="people-password", needs=KEEP),
    route("/<uuid:person_id>/sessions", people_pages.sessions, name="people-sessions", needs=KEEP),
    route(
        "/at/<slug:slug>/administrator",
        people_pages.administrator,
        name="people-administrator",
        needs=CENTRE_PROVEN,
    ),
]
