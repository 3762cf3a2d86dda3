"""Either lock alone keeps every agency to what is its own: the managers' filter, and the database's policies.

SEES is typed by hand from DESIGN §5: every kind of row, and what each of the cast sees of it. The same suite is
run as things are, with the filters taken away, with the policies taken away, and with both: that must fail.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from agencies import access as agencies
from audit import access as audit
from cases import access as cases
from cases.models import CaseGroupObjectPermission
from exchange import access as exchange
from notifications import access as notifications
from ohsc.core.acting import acting_as
from ohsc.core.actor import CLOCK
from referrals import access as referrals
from referrals.models import PartyRow, Referral
from tests.access.world import World

VIEWERS = ("asha", "ben", "dev", "cleo", "cora")
ALL = {"concluded", "offered", "received"}
TAKEN_IN = {"concluded", "offered"}  # what the police were offered or accepted
NOTHING: set[str] = set()
# The steps of the two referrals the police received; the source is shown those marked so in the table.
RECEIVE, TRIAGE = {f"{name} receive" for name in ALL}, {"concluded triage", "offered triage"}
ASKED = {"concluded ask", "offered ask"}
OFFER, END = {"concluded offer", "offered offer"}, {"concluded accept", "concluded conclude"}
FROM_LUMEN = {f"{name} lumen contact_continuing" for name in ALL}
TOLD, OWED = {"concluded UNDER_ENQUIRY"}, {"concluded told", "concluded concluded"}
RANGES = {"everybody source", "everybody receiver"}
SEEN_BY_LUMEN = {"concluded @heron", "offered @egret", "received @stork"}


def own(asha, ben, dev, cleo, cora) -> dict[str, set[str]]:
    return dict(zip(VIEWERS, (asha, ben, dev, cleo, cora), strict=True))


def each_its_own() -> dict[str, set[str]]:
    return own({"lumen"}, {"police"}, {"eastmoor"}, {"harbour"}, {"centre"})


EVERYONE = {"centre", "lumen", "police", "eastmoor", "harbour"}
SEES = {  #                              Asha, source      Ben, received     Dev      Cleo     Cora, the Centre
    "visible_referrals": own(ALL, TAKEN_IN, NOTHING, NOTHING, ALL),
    "visible_narratives": own(ALL, {"concluded"}, NOTHING, NOTHING, ALL),
    "visible_reports": own(ALL, {"concluded"}, NOTHING, NOTHING, ALL),
    # A document that waits is its person's, not the agency's.
    "visible_staged": own({"Asha"}, {"Ben"}, NOTHING, NOTHING, {"Cora"}),
    "visible_factors": own(
        FROM_LUMEN,
        FROM_LUMEN - {"received lumen contact_continuing"} | {"concluded centre coercion"},
        NOTHING,
        NOTHING,
        FROM_LUMEN | {"concluded centre coercion"},
    ),
    "visible_sightings": own(
        SEEN_BY_LUMEN, {"concluded @heron", "offered @egret"}, NOTHING, NOTHING, SEEN_BY_LUMEN
    ),
    "visible_offers": own(NOTHING, TAKEN_IN, NOTHING, NOTHING, TAKEN_IN),
    # Two sides of a question read it, and the custodian; Ben's force has custody of one, and was offered the other.
    "visible_questions": own(
        {"concluded Which time zone?", "offered When was it made?"},
        {"concluded Which time zone?", "concluded How many accounts?", "offered Whose device?"},
        NOTHING,
        NOTHING,
        {f"concluded {words}" for words in ("Which time zone?", "How many accounts?")}
        | {f"offered {words}" for words in ("Whose device?", "When was it made?")},
    ),
    # What an agency showed and was shown; of the Centre's offer to another, and of a case, nothing else.
    "visible_disclosures": own(
        {
            "concluded ask to lumen",
            "concluded conclude to lumen",
            "concluded progress to lumen",
            "offered ask to lumen",
        },
        {
            "concluded offer to police",
            "concluded accept to police",
            "concluded ask to police",
            "concluded ask to lumen",
            "concluded conclude to lumen",
            "concluded progress to lumen",
            "offered offer to police",
            "offered ask to centre",
            "case grant to eastmoor",
        },
        {"case grant to eastmoor"},
        NOTHING,
        {
            "concluded offer to police",
            "concluded accept to police",
            "concluded ask to police",
            "concluded ask to lumen",
            "concluded conclude to lumen",
            "concluded progress to lumen",
            "offered offer to police",
            "offered ask to centre",
            "offered ask to lumen",
            "case grant to eastmoor",
        },
    ),
    "visible_saved_filters": own({"Asha's"}, {"Ben's"}, NOTHING, NOTHING, {"Cora's"}),
    "visible_emergency_openings": own(NOTHING, NOTHING, NOTHING, NOTHING, {"concluded"}),
    "visible_segments": own(
        {"lumen"}, {"centre", "lumen", "police"}, NOTHING, NOTHING, {"centre", "lumen", "police"}
    ),
    "visible_alarms": own(NOTHING, {"offered"}, NOTHING, NOTHING, {"offered"}),
    "visible_alarm_calls": own(NOTHING, {"police"}, NOTHING, NOTHING, {"police", "centre"}),
    # What was looked into of unusual reads is the auditor's alone, not Cora's.
    "visible_reviews": own(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    "visible_reckonings": own(NOTHING, NOTHING, NOTHING, NOTHING, {"balanced"}),
    # What the source was told is its own and the custodian's, and so is what it was owed.
    "visible_progress": own(TOLD, TOLD, NOTHING, NOTHING, TOLD),
    "visible_feedback_owed": own(OWED, OWED, NOTHING, NOTHING, OWED),
    # An agency's own figures, and where the middle half of all lies.
    "visible_scorecards": own(
        RANGES | {"lumen source"},
        RANGES | {"police receiver"},
        RANGES,
        RANGES,
        RANGES | {"lumen source", "police receiver"},
    ),
    # Where it should go, and why, is the Centre's alone: not even who was offered it sees who came before.
    "visible_rulebooks": own(NOTHING, NOTHING, NOTHING, NOTHING, {"As it was."}),
    "visible_rehearsals": own(NOTHING, NOTHING, NOTHING, NOTHING, {"7 days"}),
    # What was known of the agencies when each of the two was offered: the same.
    "visible_snapshots": own(NOTHING, NOTHING, NOTHING, NOTHING, {"4 agencies"}),
    "visible_plans": own(NOTHING, NOTHING, NOTHING, NOTHING, {"What is unassigned"}),
    "visible_plan_lines": own(NOTHING, NOTHING, NOTHING, NOTHING, {"offered"}),
    "visible_decisions": own(NOTHING, NOTHING, NOTHING, NOTHING, {"concluded", "offered"}),
    "visible_outcomes": own(
        {"ARREST", "CHILD_SAFEGUARDED"},
        {"ARREST", "CHILD_SAFEGUARDED"},
        NOTHING,
        NOTHING,
        {"ARREST", "CHILD_SAFEGUARDED"},
    ),
    "visible_outcome_details": own(
        {"The family is supported."},
        {"The family is supported.", "Kept within the force."},
        NOTHING,
        NOTHING,
        {"The family is supported.", "Kept within the force."},
    ),
    "visible_history": own(
        RECEIVE | TRIAGE | END | ASKED,
        (RECEIVE | TRIAGE | OFFER | END | ASKED) - {"received receive"},
        NOTHING,
        NOTHING,
        RECEIVE | TRIAGE | OFFER | END | ASKED,
    ),
    # The Centre's hold ended when the police accepted.
    "visible_holdings": own({"Asha Rahman"}, {"Ben Carrow"}, NOTHING, NOTHING, {"Anil Mehta"}),
    "visible_cases": own(NOTHING, {"police"}, {"police"}, NOTHING, {"police"}),
    "visible_selectors": own(
        {"heron", "egret", "stork"}, NOTHING, NOTHING, NOTHING, {"heron", "egret", "stork"}
    ),
    "visible_people": own(
        {"Asha"},
        {"Ben", "Bea"},
        {"Dev"},
        {"Cleo"},
        {"Cora", "Anil", "Sol", "Ada", "Otis", "Asha", "Ben", "Bea", "Dev", "Cleo"},
    ),
    "visible_invitations": own({"lumen"}, {"police"}, NOTHING, NOTHING, {"centre"}),
    "visible_clients": own({"lumen"}, {"police"}, {"eastmoor"}, {"harbour"}, EVERYONE),
    "visible_capabilities": own({"lumen"}, {"police"}, {"eastmoor"}, {"harbour"}, EVERYONE),
    "visible_work_weights": own({"lumen"}, {"police"}, {"eastmoor"}, {"harbour"}, EVERYONE),
    "visible_absences": own({"lumen"}, {"police"}, {"eastmoor"}, {"harbour"}, EVERYONE),
    "visible_capability_proposals": own({"lumen"}, {"police"}, {"eastmoor"}, {"harbour"}, EVERYONE),
    "visible_agreements": own(
        NOTHING,
        {"SA-NORTHSHIRE", "SA-FORCES"},
        {"SA-EASTMOOR", "SA-FORCES"},
        NOTHING,
        {"SA-NORTHSHIRE", "SA-EASTMOOR", "SA-FORCES"},
    ),
    "visible_events": each_its_own(),
    "visible_endpoints": each_its_own(),
    "visible_deliveries": own({"lumen"}, {"police"}, NOTHING, NOTHING, {"centre"}),
    "visible_attempts": own({"lumen"}, {"police"}, NOTHING, NOTHING, {"centre"}),
    "visible_feed": own({"lumen"}, {"police"}, NOTHING, NOTHING, {"centre"}),
    # Bea coordinates for the police and is told; Ben's own inbox stays empty.
    "visible_inbox": own({"Asha"}, NOTHING, NOTHING, NOTHING, {"Cora"}),
}
ROOMS = (agencies, audit, cases, exchange, notifications, referrals)


def said(name: str, row, names: dict) -> str:
    """What a row is called in SEES."""
    of = names.get(getattr(row, "referral_id", None), "")
    agency = names.get(getattr(row, "agency_id", None), "")
    match name:
        case "visible_referrals":
            return names[row.pk]
        case "visible_narratives" | "visible_offers" | "visible_emergency_openings" | "visible_alarms":
            return of
        case "visible_plan_lines" | "visible_decisions":
            return of
        case "visible_plans":
            return row.asked_for
        case "visible_rulebooks":
            return row.why
        case "visible_rehearsals":
            return f"{row.days} days"
        case "visible_snapshots":
            return f"{len(row.receivers)} agencies"
        case "visible_reports":
            return names[row.sha256.hex()]
        case "visible_factors":
            return f"{of} {agency} {row.key}"
        case "visible_sightings":
            return f"{of} {row.value}"
        case "visible_questions":
            return f"{of} {row.text}"
        case "visible_disclosures":
            return f"{names.get(row.subject_id, row.subject_type)} {row.kind} to {names[row.to_agency_id]}"
        case "visible_saved_filters":
            return row.name
        case "visible_reviews":
            return row.rule
        case "visible_reckonings":
            return "balanced"
        case "visible_outcomes":
            return row.code
        case "visible_progress":
            return f"{of} {row.code}"
        case "visible_feedback_owed":
            return f"{of} {row.ended_by}"
        case "visible_scorecards":
            return f"{agency or 'everybody'} {row.side}"
        case "visible_outcome_details":
            return row.text
        case "visible_history":
            return f"{of} {row.step}"
        case "visible_holdings":
            return row.person.name
        case "visible_cases":
            return names[row.owner_id]
        case "visible_selectors":
            return row.value
        case "visible_people":
            return row.name.split()[0]
        case "visible_agreements":
            return row.reference
        case "visible_inbox" | "visible_staged":
            return row.person.name.split()[0]
        case _:
            return agency


def access_to(name: str):
    return next(getattr(room, name) for room in ROOMS if hasattr(room, name))


def what_each_sees(cast, world: World) -> dict[str, dict[str, set[str]]]:
    """For every kind of row and every viewer: what comes back."""
    found: dict[str, dict[str, set[str]]] = {}
    for viewer in VIEWERS:
        actor = cast.actor(getattr(cast, viewer))
        with acting_as(actor):
            for name in SEES:
                rows = access_to(name)(actor)
                found.setdefault(name, {})[viewer] = {said(name, row, world.names) for row in rows}
    return found


def protected_tables(connection) -> list[str]:
    return [
        row[0]
        for row in connection.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        )
    ]


@contextmanager
def without_the_policies() -> Iterator[None]:
    """The owner takes row-level security from every table, and puts it back whatever happens."""
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"], autocommit=True) as owner:
        tables = protected_tables(owner)
        assert len(tables) > 20
        try:
            for table in tables:
                owner.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            yield
        finally:
            for table in tables:
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


@pytest.fixture
def without_the_filters(monkeypatch):
    """Every `visible_*` gives every row, wherever the project imported it."""
    for name in SEES:
        replace_everywhere(monkeypatch, name, all_of(access_to(name)(CLOCK).model))


def replace_everywhere(patch: pytest.MonkeyPatch, name: str, other) -> None:
    real = access_to(name)
    for module in [module for module in list(sys.modules.values()) if vars(module).get(name) is real]:
        patch.setattr(module, name, other)


def all_of(model):
    return lambda actor, *capacities: model.objects.all()


def test_every_way_to_see_something_has_its_line_here():
    named = {name for room in ROOMS for name in vars(room) if name.startswith("visible_")}
    assert named == set(SEES)


def test_each_sees_what_is_theirs_and_no_more(committed_cast, world):
    assert what_each_sees(committed_cast, world) == SEES


def test_the_database_alone_keeps_each_to_their_own(committed_cast, world, without_the_filters):
    assert what_each_sees(committed_cast, world) == SEES


def test_the_managers_alone_keep_each_to_their_own(committed_cast, world):
    with without_the_policies():
        assert what_each_sees(committed_cast, world) == SEES


def test_with_both_locks_off_everybody_sees_everything(committed_cast, world, without_the_filters):
    with without_the_policies():
        seen = what_each_sees(committed_cast, world)
    for name, by_viewer in seen.items():
        assert by_viewer["cleo"] == by_viewer["cora"] >= SEES[name]["cora"], name
        assert seen[name] != SEES[name], name


def test_steps_are_kept_from_an_outsider_by_the_database_alone(committed_cast, world, without_the_filters):
    with pytest.raises(Referral.DoesNotExist):
        committed_cast.step("triage", world.received, committed_cast.cleo, priority="P1")
    with pytest.raises(Referral.DoesNotExist):
        committed_cast.step("accept", world.offered, committed_cast.dev)


def test_parties_and_grants_have_policies_of_their_own(committed_cast, world):
    """No manager lists these; the policies read them, so they must not tell an agency of the others."""
    parties, grants = {}, {}
    for viewer in VIEWERS:
        with acting_as(committed_cast.actor(getattr(committed_cast, viewer))):
            parties[viewer] = {world.names[row.agency_id] for row in PartyRow.objects.all()}
            grants[viewer] = CaseGroupObjectPermission.objects.count()
    assert parties == own({"lumen"}, {"police"}, NOTHING, NOTHING, {"lumen", "police", "centre"})
    assert grants == dict(zip(VIEWERS, (0, 0, 1, 0, 1), strict=True))


# A narrative marked TLP:RED and accepted is closed to the Centre: Cora broke the glass over it, Anil did not.

STILL_OPEN = {"offered", "received"}


def what_anil_reads(cast, world) -> tuple[set[str], set[str]]:
    """The referrals of whose narratives and documents he gets to see anything."""
    anil = cast.actor(cast.anil)
    with acting_as(anil):
        narratives = {world.names[row.referral_id] for row in access_to("visible_narratives")(anil)}
        reports = {world.names[row.sha256.hex()] for row in access_to("visible_reports")(anil)}
    return narratives, reports


def test_the_centre_is_kept_from_a_closed_narrative_and_its_document(committed_cast, world):
    assert what_anil_reads(committed_cast, world) == (STILL_OPEN, STILL_OPEN)


def test_the_database_alone_keeps_the_centre_from_it(committed_cast, world, without_the_filters):
    assert what_anil_reads(committed_cast, world) == (STILL_OPEN, STILL_OPEN)


def test_the_managers_alone_keep_the_centre_from_it(committed_cast, world):
    with without_the_policies():
        assert what_anil_reads(committed_cast, world) == (STILL_OPEN, STILL_OPEN)


def test_with_both_locks_off_the_centre_reads_it(committed_cast, world, without_the_filters):
    with without_the_policies():
        assert what_anil_reads(committed_cast, world) == (ALL, ALL)
