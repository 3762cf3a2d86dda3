"""Where do the pages of referrals stand in the navigation, and in the menu under a person's name?"""

from agencies.roles import Permission
from ohsc.core.actor import Actor
from ohsc.core.navigation import Place, who_may
from referrals.alarms import live_alarms
from referrals.emergencies import waiting_for
from referrals.feedback_lists import late_with


def _is_centre(actor: Actor) -> bool:
    return actor.is_centre


def _sees_break_glass(actor: Actor) -> bool:
    return actor.is_centre and actor.may(Permission.SEE_BREAK_GLASS)


def _keeps_rules(actor: Actor) -> bool:
    return actor.is_centre and actor.may(Permission.COORDINATE)


_SEES = who_may(Permission.SEE_REFERRALS)

NAVIGATION = (
    Place("Triage", leads_to="triage", order=10, shortcut="g t"),
    Place("Board", leads_to="board", order=20, shortcut="g b", shown_to=_is_centre),
    Place("My work", leads_to="work", order=30, shortcut="g w"),
    Place(
        "New referral",
        leads_to="new-referral",
        order=40,
        shortcut="g n",
        shown_to=who_may(Permission.MAKE_REFERRALS),
    ),
    Place("Search", leads_to="search", order=45, shortcut="g s"),
)
# The navigation has its seven; what waits in a place of the menu is counted on the menu's own line too.
MENU = (
    Place("At risk now", leads_to="at-risk-now", order=1, shown_to=_SEES, waiting=live_alarms),
    Place("Late next", leads_to="late", order=2, shown_to=_SEES),
    Place("Break-glass", leads_to="break-glass", order=5, shown_to=_sees_break_glass, waiting=waiting_for),
    Place("Feedback", leads_to="feedback", order=10, shown_to=_SEES, waiting=late_with),
    Place("Scorecards", leads_to="scorecards", order=20, shown_to=_SEES),
    Place("Sharing agreements", leads_to="agreements", order=60, shown_to=_SEES),
    Place("Rules of routing", leads_to="rules", order=65, shown_to=_keeps_rules),
    Place("Disclosures", leads_to="disclosures", order=70, shown_to=_SEES),
)
