"""With a hundred thousand referrals, every list walks an index to its page: nothing reads or sorts everything.

Plans are looked at, never times. Each is the real query of the list, explained as the role that runs it.
"""

import hashlib
import json
import os
from datetime import UTC, datetime

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from psycopg.conninfo import make_conninfo

from agencies.access import actor_for_person
from agencies.directory import visible_agencies
from agencies.models import User
from notifications.access import visible_inbox
from notifications.figures import figures as figures_of_notifications
from notifications.models import Delivery, Notice
from ohsc.core import metrics
from ohsc.core.acting import acting_as, writing
from ohsc.core.actor import CLOCK
from referrals.access import listed_referrals, visible_referrals
from referrals.figures import figures as figures_of_referrals
from referrals.listing import Listing, Wish
from referrals.models import Offer
from referrals.narrowing import Narrowing
from referrals.searching import MOST, find
from referrals.transitions import Party
from tests.big import LOAD
from tests.scratch import scratch_database

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("plans")]  # one process fills the database, once
LATER = datetime(2027, 6, 1, tzinfo=UTC)
PAGE = 50


@pytest.fixture(scope="module")
def big(django_db_setup, django_db_blocker):
    """A scratch database, filled; the runtime's login is pointed at it."""
    with django_db_blocker.unblock(), scratch_database("big") as (name, _):
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        _fill(name)
        settings = connections["default"].settings_dict
        connections["default"].close()
        before, settings["NAME"] = settings["NAME"], name
        yield name
        connections["default"].close()
        settings["NAME"] = before


def _fill(name: str) -> None:
    with psycopg.connect(
        make_conninfo(os.environ["DATABASE_ADMIN_URL"], dbname=name), autocommit=True
    ) as admin:
        admin.execute(LOAD)


@pytest.fixture
def centre(big):
    return person(0)


@pytest.fixture
def agency(big):
    return person(42)


def person(number: int):
    with acting_as(CLOCK):
        return actor_for_person(User.objects.get(email=f"person@{number}.example"))


def nodes(plan: dict):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def explain(rows) -> list[dict]:
    """The nodes of the plan by which these rows are fetched; analysed, so that rows read are counted."""
    return explained(*rows.query.sql_with_params())


def explained(query: str, parameters=None) -> list[dict]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}", parameters)
        return list(nodes(cursor.fetchone()[0][0]["Plan"]))


def read(node: dict) -> int:
    return (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]


BIG_TABLES = ("referrals_", "notifications_", "audit_")
STAY_SMALL = ("referrals_harmtype",)


def assert_walks_an_index(rows, *, most: int = PAGE * 20) -> None:
    """No sequential scan of a table that grows, and no node reads more than a few pages' worth of rows."""
    assert_reads_little(explain(rows), most=most)


def assert_reads_little(plan: list[dict], *, most: int) -> None:
    scanned = [node["Relation Name"] for node in plan if node["Node Type"].endswith("Seq Scan")]
    assert not [table for table in scanned if table.startswith(BIG_TABLES) and table not in STAY_SMALL], (
        scanned
    )
    greedy = {
        f"{node['Node Type']} {node.get('Index Name', '')}": read(node)
        for node in plan
        if read(node) > most and node["Node Type"] != "Materialize"  # held in memory, not read again
    }
    assert greedy == {}


def newest(rows):
    return rows.order_by("-arrived_at", "-id")[:PAGE]


CAPACITIES = [(), (Party.SOURCE,), (Party.CUSTODIAN,), (Party.OFFERED,), (Party.OFFERED, Party.CUSTODIAN)]


@pytest.mark.parametrize("capacities", CAPACITIES, ids=str)
def test_an_agencys_list_by_arrival(agency, capacities):
    with acting_as(agency):
        assert_walks_an_index(newest(listed_referrals(agency, capacities)))


@pytest.mark.parametrize("status", ["received", "offered", "concluded"])
def test_an_agencys_list_of_one_status(agency, status):
    with acting_as(agency):
        assert_walks_an_index(newest(listed_referrals(agency).filter(status=status)))


@pytest.mark.parametrize("status", [None, "received", "offered", "concluded"])
def test_the_centres_list_by_arrival(centre, status):
    rows = listed_referrals(centre)
    with acting_as(centre):
        assert_walks_an_index(newest(rows.filter(status=status) if status else rows))


@pytest.mark.parametrize("band", ["P1", "P4"])
def test_the_centres_queue_of_a_band(centre, band):
    open_ = visible_referrals(centre).filter(
        band=band, status__in=["received", "triaged", "offered", "accepted"]
    )
    with acting_as(centre):
        assert_walks_an_index(open_.order_by("due_at", "id")[:PAGE])


def test_a_list_holds_each_referral_once_and_the_same_ones_and_goes_on_from_a_place(agency):
    with acting_as(agency):
        listed = listed_referrals(agency)
        page = list(newest(listed))
        assert [row.pk for row in page] == [
            row.pk for row in visible_referrals(agency).order_by("-received_at", "-id")[:PAGE]
        ]
        rest = newest(listed.filter(arrived_at__lt=page[-1].received_at))
        assert_walks_an_index(rest)
        assert not {row.pk for row in rest} & {row.pk for row in page}
        assert listed.count() == visible_referrals(agency).count()


def test_one_referral_by_its_id(agency):
    with acting_as(agency):
        key = visible_referrals(agency).values_list("pk", flat=True)[0]
        assert_walks_an_index(visible_referrals(agency).filter(pk=key), most=10)


def test_an_inbox_and_what_is_unread_in_it(agency):
    with acting_as(agency):
        assert_walks_an_index(visible_inbox(agency)[:PAGE])
        assert_walks_an_index(visible_inbox(agency).filter(read_at=None)[:PAGE])


def test_what_the_sweep_and_the_clock_look_for(agency):
    with acting_as(CLOCK):
        assert_walks_an_index(
            Offer.objects.filter(state="open", answer_by__lt=LATER).order_by("answer_by")[:PAGE]
        )
        with writing():
            assert_walks_an_index(
                Notice.objects.filter(agency=agency.agency_id, state="waiting", attempts__lt=5).order_by(
                    "subject_at"
                )[:1]
            )
            due = Delivery.objects.filter(state="waiting", next_at__lte=LATER)
            assert_walks_an_index(due.order_by("next_at")[:1])


# Finding (referrals.listing, referrals.searching).

CENTRES_ORDERS = ["received", "-received", "updated", "-updated", "due", "-due", "band", "-band"]
NARROWED = [{}, {"status": "accepted"}, {"band": "P2"}]
DAYS = {"since": "2025-03-01", "until": "2025-05-31"}


def wished(actor, order: str, narrowed: dict) -> Listing:
    agencies = list(visible_agencies(actor))
    narrowing = Narrowing.read(narrowed, actor, agencies)
    assert narrowing.chosen() == narrowed
    wish = Wish.read({"order": order}, narrowing, actor)
    assert f"{'-' if wish.turned else ''}{wish.order.name}" == order
    return Listing(actor, wish, next((one.pk for one in agencies if one.slug == narrowing.agency), None))


def assert_each_part_walks(listing: Listing) -> None:
    """The first page, and the one after a place in the middle of the list."""
    rows = listing.read(None, limit=PAGE)
    assert rows
    for here in (None, listing.position(rows[len(rows) // 2])):
        for part in listing.parts(here, limit=PAGE + 1):
            assert_walks_an_index(part, most=PAGE * 30)  # one in eight has the status asked for


@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
@pytest.mark.parametrize("order", CENTRES_ORDERS)
def test_the_centres_list_of_all_in_each_order(centre, order, narrowed):
    with acting_as(centre):
        assert_each_part_walks(wished(centre, order, narrowed))


@pytest.mark.parametrize("order", ["received", "-received"])
@pytest.mark.parametrize("narrowed", [DAYS, {"agency": "agency-42"}, {"agency": "agency-7"}], ids=str)
def test_the_centres_list_of_days_and_of_one_agency(centre, order, narrowed):
    with acting_as(centre):
        assert_each_part_walks(wished(centre, order, narrowed))


@pytest.mark.parametrize(
    "narrowed", [*NARROWED, DAYS, {"part": "custodian"}, {"agency": "agency-42"}], ids=str
)
@pytest.mark.parametrize("order", ["received", "-received"])
@pytest.mark.parametrize("number", [42, 7])
def test_an_agencys_list_of_all(big, number, order, narrowed):
    actor = person(number)
    with acting_as(actor):
        assert_each_part_walks(wished(actor, order, narrowed))


# For a thousand hits, or a word in few summaries, an agency's own party rows are read, once, from their index.
ROWS_OF_42 = 40_000
QUESTIONS = {
    "a reference": "X-5005",
    "a rare word": "lantern",
    "a common word": "account",
    "an agency": "agency-42",
}
SEEN = {"an account seen once": "77", "an account seen everywhere": "everywhere"}


@pytest.mark.parametrize("asked", [*QUESTIONS, *SEEN])
@pytest.mark.parametrize("number", [0, 42, 7])
def test_each_way_of_finding(big, monkeypatch, number, asked):
    """Every statement of a search is explained; that of the words is behind a function, and looked at below."""
    actor = person(number)
    seen = hashlib.sha256(SEEN.get(asked, "").encode()).digest()
    monkeypatch.setattr("referrals.searching._prints", lambda text: [seen])
    with acting_as(actor):
        agencies = list(visible_agencies(actor))
        with CaptureQueriesContext(connection) as statements:
            find(QUESTIONS.get(asked, "zzz"), Narrowing(), actor, agencies)
        most = ROWS_OF_42 if asked == "an account seen everywhere" else 3 * MOST
        for statement in statements:
            if "referrals_search_summaries" not in statement["sql"]:
                assert_reads_little(explained(statement["sql"]), most=most)


@pytest.mark.parametrize("words", ["lantern", "account"])
@pytest.mark.parametrize("number", [0, 42, 7])
def test_words_are_found_by_an_index_however_often_they_were_asked(big, number, words):
    """auto_explain, which a superuser may load, shows what is inside the function; asked as the reading roles ask."""
    said: list[str] = []
    with psycopg.connect(make_conninfo(os.environ["DATABASE_ADMIN_URL"], dbname=big)) as admin:
        admin.add_notice_handler(lambda notice: said.append(str(notice.message_primary)))
        me = "SELECT set_config('ohsc.agency_id', id::text, false) FROM agencies_agency WHERE slug = %s"
        admin.execute(me, [f"agency-{number}"])
        admin.execute("LOAD 'auto_explain'")
        for name in ("log_nested_statements", "log_analyze"):
            admin.execute(f"SET auto_explain.{name} = on")
        admin.execute("SET auto_explain.log_format = json; SET auto_explain.log_min_duration = 0")
        admin.execute(
            f"SET client_min_messages = log; SET ROLE {'ohsc_centre' if number == 0 else 'ohsc_agency'}"
        )
        for _ in range(8):  # after five the server may plan once for all words
            said.clear()
            admin.execute("SELECT * FROM referrals_search_summaries(%s, NULL, NULL, %s)", [words, PAGE + 1])
            plans = [json.loads(text[text.index("{") :]) for text in said if "plan:" in text]
            (inner,) = [
                plan
                for plan in plans
                if "websearch" not in plan["Query Text"] and "wanted" in plan["Query Text"]
            ]
            assert_reads_little(list(nodes(inner["Plan"])), most=ROWS_OF_42 if number else PAGE * 20)


def test_an_operators_figures_walk_indexes_and_count_no_further_than_they_say(big):
    with acting_as(CLOCK), CaptureQueriesContext(connection) as asked:
        counted = [*figures_of_referrals(LATER), *figures_of_notifications(LATER)]
        assert len(counted) == 14
        assert len(asked) <= 7
        for question in asked.captured_queries:
            with connection.cursor() as cursor:
                cursor.execute(
                    "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + question["sql"].replace("%", "%%")
                )
                plan = list(nodes(cursor.fetchone()[0][0]["Plan"]))
            tables = {
                node["Relation Name"]
                for node in plan
                if node["Node Type"].endswith("Seq Scan") and node["Relation Name"].startswith(BIG_TABLES)
            }
            assert tables <= {"referrals_reckoning"}, question["sql"]
            # Where there is little more than a count goes to, the planner may read all of it.
            assert max(node["Actual Rows"] for node in plan) <= 2 * metrics.MOST
            assert not [node for node in plan if node.get("Rows Removed by Filter", 0) > PAGE], question[
                "sql"
            ]


@pytest.fixture(autouse=True)
def _unblocked(django_db_blocker):
    with django_db_blocker.unblock():
        yield
        assert not transaction.get_connection().in_atomic_block
