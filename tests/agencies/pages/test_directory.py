"""The directory: who takes part is known; who works there, how much they take and what others agreed is not."""

import re
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from agencies import actions
from agencies.models import Ability, Agency, Capability, User
from audit.access import visible_events
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from tests.cast import PASSWORD

DESK = {
    "does": "Investigates offences against children.",
    "desk_name": "Online team",
    "desk_phone": "01632 960123",
    "desk_email": "desk@northshire-police.example",
    "desk_hours": "Every day, 24 hours",
    "out_of_hours_name": "Duty inspector",
    "out_of_hours_phone": "01632 960124",
    "breach_officer": "supervisors",
}


@pytest.fixture
def map_(cast):
    """The police investigate on the dark web, 37 a week; the helpline supports in the physical world, 41 a week."""
    how = {"jurisdiction": "GB-ENG", "languages": ["en", "pl"], "by": CLOCK, "at": timezone.now()}
    with acting_as(CLOCK):
        actions.add_capability(
            agency=cast.police,
            environment="dark_web",
            skill="investigation",
            legal_powers=["Search warrants"],
            weekly_capacity=37,
            **how,
        )
        actions.add_capability(
            agency=cast.harbour, environment="physical_world", skill="support", weekly_capacity=41, **how
        )


@pytest.fixture
def pat(cast):
    """Pat administers the police."""
    with acting_as(CLOCK):
        return actions.add_person(
            "pat@northshire-police.example",
            agency=cast.police,
            password=PASSWORD,
            by=CLOCK,
            at=timezone.now(),
            name="Pat Ellison",
            role="administrator",
        )


def page(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def names(html: str) -> list[str]:
    return re.findall(r'agency__name"><a href="/agencies/([a-z-]+)">', html)


# The list.


def test_everybody_finds_everybody_with_their_desk(cast):
    html = page(cast.browser(cast.cleo), "/agencies")
    assert names(html) == ["eastmoor-police", "harbour-helpline", "lumen-social", "northshire-police", "ohsc"]
    assert 'href="tel:01632960000"' in html
    assert "Monday to Friday, 08:00 to 18:00" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?sector=law_enforcement", ["eastmoor-police", "northshire-police"]),
        ("?skill=investigation", ["northshire-police"]),
        ("?skill=investigation&environment=dark_web", ["northshire-police"]),
        ("?skill=investigation&environment=surface_web", []),  # it does both, but not the one on the other
        ("?skill=support&sector=third_sector", ["harbour-helpline"]),
        ("?skill=juggling&sector=industry", ["lumen-social"]),  # no such skill narrows nothing
    ],
)
def test_the_list_is_narrowed_by_sector_environment_and_skill(cast, map_, query, found):
    assert names(page(cast.browser(cast.dev), f"/agencies{query}")) == found


def test_an_agency_that_left_is_in_no_directory(cast):
    with acting_as(CLOCK), writing():
        Agency.objects.filter(pk=cast.eastmoor.pk).update(is_active=False)
    browser = cast.browser(cast.ben)
    assert "eastmoor-police" not in page(browser, "/agencies")
    gone, absent = browser.get("/agencies/eastmoor-police"), browser.get("/agencies/never-was")
    assert (gone.status_code, gone.content) == (404, absent.content)


# One agency.


def test_what_an_agency_can_do_is_told_to_all_and_how_much_to_itself_and_the_centre(cast, map_):
    for person, told in ((cast.cleo, False), (cast.ben, True), (cast.anil, True)):
        html = page(cast.browser(person), "/agencies/northshire-police")
        assert "Investigation" in html
        assert "Search warrants" in html
        assert "English, Polish" in html
        assert ('class="number">37<' in html) is told, person


def test_the_database_itself_keeps_the_number_and_the_view_back(cast, map_):
    with acting_as(cast.actor(cast.cleo)):
        assert {"investigation", "support"} <= {row.skill for row in Ability.objects.all()}
        assert {row.agency_id for row in Capability.objects.all()} == {cast.harbour.pk}
        with pytest.raises(ProgrammingError, match="weekly_capacity"), transaction.atomic():
            connection.cursor().execute("SELECT weekly_capacity FROM agencies_ability")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Ability.objects.count()  # the login without an actor
    with (
        acting_as(CLOCK),
        writing(),
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        Ability.objects.update(hours="never")


AGREEMENTS = {  # who looks, at whom: what they read of
    ("ben", "ohsc"): {"SA-NORTHSHIRE"},
    ("ben", "eastmoor-police"): {"SA-FORCES"},
    ("ben", "northshire-police"): {"SA-NORTHSHIRE", "SA-FORCES"},  # at home: with anybody
    ("ben", "harbour-helpline"): set(),
    ("cleo", "northshire-police"): set(),
    ("cleo", "ohsc"): set(),
    ("cora", "northshire-police"): {"SA-NORTHSHIRE"},
    ("cora", "eastmoor-police"): {"SA-EASTMOOR"},
    ("cora", "ohsc"): {"SA-NORTHSHIRE", "SA-EASTMOOR"},
}


@pytest.mark.parametrize(("who", "slug"), AGREEMENTS)
def test_an_agreement_is_known_to_its_two_sides_only(cast, who, slug):
    html = page(cast.browser(getattr(cast, who)), f"/agencies/{slug}")
    assert set(re.findall(r"SA-[A-Z]+", html)) == AGREEMENTS[who, slug]


def test_an_agreement_says_what_it_permits_until_when(cast):
    html = page(cast.browser(cast.ben), "/agencies/eastmoor-police")
    assert "We may disclose to them" in html
    assert "Surface web" in html
    assert "TLP:AMBER" in html
    assert "Common law: a policing purpose" in html
    assert "every kind of harm" in html
    assert "1 January 2036" in html
    assert "They may disclose to us" in page(cast.browser(cast.dev), "/agencies/northshire-police")


def test_one_that_ended_or_is_yet_to_start_permits_nothing(cast):
    today = timezone.localdate()
    common = {
        "purpose": "Protection of children",
        "gateway": "common_law_policing",
        "environments": ["dark_web"],
        "tlp_ceiling": "GREEN",
        "retention_days": 90,
        "signed_by": "Both",
        "discloser": cast.harbour,
        "recipient": cast.police,
    }
    with acting_as(CLOCK):
        for reference, first, last in (("SA-OVER", -9, -1), ("SA-SOON", 1, 9), ("SA-LAST-DAY", -9, 0)):
            days = {"starts_on": today + timedelta(first), "ends_on": today + timedelta(last)}
            actions.add_agreement(reference, by=CLOCK, at=timezone.now(), **common, **days)
    html = page(cast.browser(cast.ben), "/agencies/harbour-helpline")
    in_force, not_in_force = html.split("Not in force")
    assert set(re.findall(r"SA-[A-Z-]+", in_force)) == {"SA-LAST-DAY"}
    assert set(re.findall(r"SA-[A-Z-]+", not_in_force)) == {"SA-OVER", "SA-SOON"}


def test_people_are_known_at_home_and_nowhere_else(cast):
    at_home = page(cast.browser(cast.ben), "/agencies/northshire-police")
    assert "Bea Dunmore" in at_home
    assert cast.bea.email in at_home
    for person in (cast.cleo, cast.cora):
        html = page(cast.browser(person), "/agencies/northshire-police")
        assert "Dunmore" not in html
        assert cast.bea.email not in html


def test_each_look_leaves_an_event(cast):
    browser = cast.browser(cast.ben)
    page(browser, "/agencies")
    page(browser, "/agencies/lumen-social")
    actor = cast.actor(cast.ben)
    with acting_as(actor):
        events = {event.action: event for event in visible_events(actor).filter(kind="consultation")}
    assert len(events["directory.opened"].subject_ids) == 5
    assert events["agency.opened"].subject_ids == [cast.lumen.pk]


def test_statements_stay_few(cast, map_, django_assert_max_num_queries):
    browser = cast.browser(cast.ben)
    for path in ("/agencies", "/agencies/northshire-police", "/agencies/ohsc"):
        with django_assert_max_num_queries(12):
            browser.get(path)


# Keeping one's own.


def test_an_administrator_changes_the_desk_and_names_who_is_told_and_both_are_recorded(cast, pat):
    browser = cast.browser(pat)
    assert "/agencies/northshire-police/desk" in page(browser, "/agencies/northshire-police")
    answer = browser.post(
        "/agencies/northshire-police/desk", DESK | {"breach_officer": str(cast.bea.pk)}, follow=True
    )
    assert answer.redirect_chain == [("/agencies/northshire-police", 302)]
    html = answer.content.decode()
    assert "Open now" in html
    assert "Out of hours: Duty inspector" in html
    assert 'href="tel:01632960124"' in html
    assert "told of missed clocks" in html
    assert "told of missed clocks" not in page(cast.browser(cast.cleo), "/agencies/northshire-police")
    actor = cast.actor(pat)
    with acting_as(actor):
        events = {event.action: event.details for event in visible_events(actor).filter(kind="alteration")}
        assert Agency.objects.get(pk=cast.police.pk).breach_officer_id == cast.bea.pk
    assert events["agency.desk_changed"] == {
        "fields": [
            "desk_name",
            "desk_phone",
            "desk_email",
            "desk_hours",
            "out_of_hours_name",
            "out_of_hours_phone",
            "does",
        ]
    }
    assert events["agency.breach_officer_named"] == {"person": str(cast.bea.pk)}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"desk_phone": "ring the bell"}, "Enter a phone number of digits and spaces"),
        ({"desk_email": "desk"}, "in the form desk@agency.example"),
        ({"breach_officer": "{cleo}"}, "Choose one of your own people"),
        ({"breach_officer": "9b2fd0a8-0b1e-4f0c-8c55-6a2f3d1c7e44"}, "Choose one of your own people"),
        ({"does": "x" * 301}, "it has 301"),
    ],
)
def test_what_does_not_fit_is_refused_and_kept_as_typed(cast, pat, given, said):
    given = {name: value.replace("{cleo}", str(cast.cleo.pk)) for name, value in given.items()}
    answer = cast.browser(pat).post("/agencies/northshire-police/desk", DESK | given)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "Duty inspector" in answer.content.decode()
    with acting_as(CLOCK):
        assert Agency.objects.get(pk=cast.police.pk).desk_phone == "01632 960000"


def test_somebody_who_left_cannot_be_named(cast, pat):
    with acting_as(CLOCK), writing():
        User.objects.filter(pk=cast.bea.pk).update(is_active=False)
    answer = cast.browser(pat).post(
        "/agencies/northshire-police/desk", DESK | {"breach_officer": str(cast.bea.pk)}
    )
    assert answer.status_code == 422
    actor = cast.actor(pat)
    with acting_as(actor), pytest.raises(User.DoesNotExist):
        actions.name_breach_officer("northshire-police", cast.bea.pk, by=actor, at=timezone.now())


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_has_the_form_and_another_agencys_is_as_absent_as_one_that_never_was(cast, pat, method):
    absent = cast.browser(pat).get("/agencies/never-was/desk")
    for person, slug in (
        (pat, "eastmoor-police"),  # not theirs
        (pat, "ohsc"),
        (cast.ada, "northshire-police"),  # the Centre's administrator keeps the Centre
    ):
        answer = getattr(cast.browser(person), method)(f"/agencies/{slug}/desk", DESK)
        assert answer.status_code == 404
        if person == pat:
            assert answer.content == absent.content
    # An analyst is told the same of every agency: the role has no form.
    for slug in ("northshire-police", "never-was"):
        assert getattr(cast.browser(cast.ben), method)(f"/agencies/{slug}/desk", DESK).status_code == 403
    with acting_as(CLOCK):
        assert {row.desk_phone for row in Agency.objects.all()} == {"01632 960000"}


@pytest.mark.parametrize("path", ["/agencies", "/agencies/ohsc", "/agencies/ohsc/desk"])
def test_a_stranger_is_asked_to_sign_in(db, path):
    assert Browser().get(path).url == f"/account/login/?next={path}"
