"""How do ten thousand, a hundred thousand or a million referrals come into a database in minutes?

PostgreSQL makes them itself, one INSERT … SELECT a table, with every index in place. A row is what `referrals.actions`
would have written: the bands, the sentences that say why and the completeness come from `referrals.priority`, the
fingerprints and ids of selectors from the same keyed hash as `cases.actions`. Everything follows from the seed: the
same plan makes the same rows.

Agency 0 is the Centre. Agency 42 is a large one: it sent three in ten of all referrals and was asked to take one in
ten. The rest are shared among the others unevenly, the first of them having about twice what the last has.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg

from bench import details
from bench.stories import stories_sql

CENTRE, LARGE, TYPICAL = 0, 42, 100
CHUNK = 50_000
YEAR_BEGINS = datetime(2025, 1, 1, tzinfo=UTC)

# Where a referral stands. By age: the newest hundredth is still being looked at, what is old is over. Evenly: each
# status at every age, so that a list filtered by any status finds its page near its beginning.
BY_AGE = """CASE
  WHEN age > 0.99 THEN (ARRAY['received','received','received','triaged','offered','rejected'])[1 + floor(u1 * 6)::int]
  WHEN age > 0.95 THEN
    (ARRAY['received','triaged','triaged','offered','offered','accepted','accepted','rejected'])[1 + floor(u1 * 8)::int]
  WHEN age > 0.80 THEN (ARRAY['triaged','offered','accepted','accepted','accepted','accepted','concluded','concluded',
    'concluded','rejected'])[1 + floor(u1 * 10)::int]
  WHEN u1 < 0.04 THEN 'accepted' WHEN u1 < 0.08 THEN 'withdrawn' WHEN u1 < 0.25 THEN 'rejected' ELSE 'concluded' END"""
EVENLY = """(ARRAY['received','triaged','offered','accepted','concluded','concluded','concluded','rejected'])
  [1 + g % 8]"""


@dataclass(frozen=True)
class Plan:
    """What is to be made. `selector_key` is the installation's, or searches would not find the selectors."""

    referrals: int
    agencies: int = 200
    seed: int = 1
    statuses: str = BY_AGE
    selector_key: str = "bench"

    def chance(self, salt: int) -> str:
        """A number from 0 up to 1 that follows from the row's `g`, as an SQL expression."""
        return f"((hashint8extended(g, {self.seed * 1000 + salt}) & 16777215) / 16777216.0)"

    def key(self, what: str) -> str:
        """A uuid that follows from the row's `g`."""
        return f"md5('{self.seed}/{what}/' || g)::uuid"

    def agency_id(self, number: int) -> UUID:
        return _uuid_of(f"{self.seed}/agency/{number}")

    def person_id(self, number: int) -> UUID:
        return _uuid_of(f"{self.seed}/person/{number}")


def load(connection: psycopg.Connection, plan: Plan, *, told: Callable[[int], None] = lambda _: None) -> None:
    """Everything, in transactions of CHUNK referrals, as an administrator in autocommit; the tables analysed."""
    connection.execute(found(plan))
    for first in range(1, plan.referrals + 1, CHUNK):
        last = min(first + CHUNK - 1, plan.referrals)
        with connection.transaction():
            for statement in chunk(plan, first, last):
                connection.execute(statement)
        told(last)
    connection.execute("VACUUM (ANALYZE)")
    connection.execute("CHECKPOINT")


def chunk(plan: Plan, first: int, last: int) -> Iterator[str]:
    """The statements that make these referrals and all that hangs on them."""
    yield from core(plan, first, last)
    yield from details.statements(plan)


def core(plan: Plan, first: int, last: int) -> Iterator[str]:
    """The referrals, who stands to them, and what was told of them: all that a list is made of."""
    yield "DROP TABLE IF EXISTS r"
    yield _journeys(plan, first, last)
    yield "ANALYZE r"
    yield from (PARTIES, OFFERS, OUTCOMES, REPORTS, REFERRALS, NOTICES, INBOX, DELIVERIES)


def found(plan: Plan) -> str:
    """The agencies, a coordinator in each, the Centre's agreement with each; and the stories in a table."""
    return f"""
CREATE TEMP TABLE n AS SELECT g AS n, {plan.key("agency")} AS id, {plan.key("person")} AS person,
    {plan.key("client")} AS client, {plan.key("agreement")} AS agreement,
    (ARRAY['law_enforcement','industry','third_sector','government'])[1 + g % 4] AS sector
  FROM generate_series(0, {plan.agencies - 1}) g;
UPDATE n SET sector = 'government' WHERE n = {CENTRE};
UPDATE n SET sector = 'law_enforcement' WHERE n IN ({LARGE}, {TYPICAL});
INSERT INTO auth_group (name) SELECT 'agency ' || n FROM n ORDER BY n;
INSERT INTO agencies_agency (id, slug, name, sector, jurisdiction, environments, desk_name, desk_phone, desk_email,
    desk_hours, out_of_hours_name, out_of_hours_phone, does, time_zone, is_centre, is_active, group_id)
  SELECT n.id, 'agency-' || n.n, 'Agency ' || n.n, n.sector, 'GB', '{{dark_web,surface_web,physical_world}}', '', '',
    '', '', '', '', '', 'Europe/London', n.n = {CENTRE}, true, g.id
  FROM n JOIN auth_group g ON g.name = 'agency ' || n.n;
INSERT INTO agencies_user (id, password, email, name, agency_id, role, time_zone, is_active, email_choice,
    email_failed_because)
  SELECT person, '!', 'person@' || n || '.example', 'Person ' || n, id, 'coordinator', 'UTC', true, 'none', '' FROM n;
INSERT INTO agencies_sharingagreement (id, reference, discloser_id, recipient_id, purpose, gateway, environments,
    harm_types, tlp_ceiling, onward_rule, retention_days, starts_on, ends_on, signed_by)
  SELECT n.agreement, 'SA-' || n.n, c.id, n.id, 'Safeguarding', 'common_law_policing',
    '{{dark_web,surface_web,physical_world}}', '{{}}', 'RED', '', 365, '2025-01-01', '2035-01-01', 'The Centre'
  FROM n JOIN n c ON c.n = {CENTRE} WHERE n.n > 0;
CREATE TEMP TABLE h AS
  SELECT code, row_number() OVER (ORDER BY code) - 1 AS h, count(*) OVER () AS of FROM referrals_harmtype;
{stories_sql()}
ANALYZE n; ANALYZE h; ANALYZE story;
"""


def _journeys(plan: Plan, first: int, last: int) -> str:
    """One row a referral: who, where, when it took which step, and where it stands."""
    others, step = plan.agencies - 1, timedelta(days=365) / plan.referrals
    return f"""
CREATE TEMP TABLE r AS
WITH drawn AS (
  SELECT g, {plan.key("referral")} AS id, {plan.key("report")} AS report, g::float / {plan.referrals} AS age,
    timestamptz '{YEAR_BEGINS:%Y-%m-%d} 00:00+00' + g * interval '{step.total_seconds():.6f} seconds' AS at,
    {plan.chance(1)} AS u1, {plan.chance(2)} AS u2, {plan.chance(3)} AS u3, {plan.chance(4)} AS u4,
    {plan.chance(5)} AS u5, {plan.chance(6)} AS u6, {plan.chance(7)} AS u7, {plan.chance(8)} AS u8
  FROM generate_series({first}, {last}) g
), told AS (
  SELECT *, {plan.statuses} AS status,
    CASE WHEN u2 < 0.3 THEN {LARGE} ELSE 1 + floor({others} * power((u2 - 0.3) / 0.7, 1.3))::int END AS s,
    CASE WHEN u3 < 0.1 THEN {LARGE} ELSE 1 + floor({others} * power((u3 - 0.1) / 0.9, 1.3))::int END AS t0,
    CASE WHEN u4 < 0.02 THEN 'P1' WHEN u4 < 0.2 THEN 'P2' WHEN u4 < 0.7 THEN 'P3' WHEN u4 < 0.95 THEN 'P4'
      ELSE 'INFO' END AS suggested
  FROM drawn
), sides AS (
  SELECT *, CASE WHEN t0 = s THEN 1 + t0 % {others} ELSE t0 END AS t, 1 + floor({others} * u5)::int AS x FROM told
), marked AS (
  SELECT *, status IN ('offered', 'accepted', 'concluded') AND u6 < 0.12 AND x NOT IN (s, t) AS declined,
    status IN ('triaged', 'offered', 'accepted', 'concluded') OR status = 'rejected' AND u6 < 0.4 AS triaged
  FROM sides
), known AS (
SELECT m.*, s.id AS source, t.id AS taker, x.id AS decliner, c.id AS centre, story.eyes, story.action,
  story.offer_window,
  s.client AS source_client, t.person AS taker_person, x.person AS decliner_person, c.person AS centre_person,
  t.agreement AS taker_agreement, x.agreement AS decliner_agreement, t.sector = 'industry' AS taker_industry,
  CASE WHEN triaged THEN CASE WHEN u7 < 0.9 THEN suggested ELSE 'P3' END ELSE '' END AS priority,
  (ARRAY['surface_web','surface_web','surface_web','surface_web','surface_web','surface_web','surface_web',
    'dark_web','dark_web','physical_world'])[1 + floor(u8 * 10)::int] AS environment,
  h.code AS harm,
  CASE status WHEN 'received' THEN 1 WHEN 'triaged' THEN 2 WHEN 'withdrawn' THEN 2 WHEN 'rejected' THEN
    CASE WHEN triaged THEN 3 ELSE 2 END WHEN 'offered' THEN 3 WHEN 'accepted' THEN 4 ELSE 5 END
    + CASE WHEN declined THEN 2 ELSE 0 END AS version,
  at + interval '40 minutes' AS triaged_at, at + interval '90 minutes' AS first_offer_at,
  at + interval '150 minutes' AS declined_at,
  at + CASE WHEN declined THEN interval '190 minutes' ELSE interval '90 minutes' END AS offered_at,
  at + interval '8 hours' AS accepted_at,
  at + CASE WHEN status = 'concluded' THEN interval '10 days' ELSE interval '2 hours' END AS over_at,
  'R-' || upper(substr(md5('{plan.seed}/a/' || g), 1, 5)) || '-' || upper(substr(md5('{plan.seed}/b/' || g), 1, 5))
    AS reference,
  {plan.key("notice")} AS notice
FROM marked m JOIN n s ON s.n = m.s JOIN n t ON t.n = m.t JOIN n x ON x.n = m.x JOIN n c ON c.n = {CENTRE}
  JOIN story ON story.band = m.suggested JOIN h ON h.h = floor(m.u7 * h.of)
)
SELECT known.*, story.band AS band, at + CASE WHEN triaged THEN story.action ELSE story.eyes END AS due_at,
  CASE status WHEN 'received' THEN at WHEN 'triaged' THEN triaged_at WHEN 'offered' THEN offered_at
    WHEN 'accepted' THEN accepted_at ELSE over_at END AS updated_at
FROM known JOIN story ON story.band = coalesce(nullif(known.priority, ''), known.suggested)
"""


# The evidence first (parties, offers, outcomes), for the database looks for it when the referral comes.
PARTIES = """
INSERT INTO referrals_party (id, referral_id, agency_id, capacity, since, until, received_at, status, band, due_at,
    updated_at)
  SELECT md5('source/' || id)::uuid, id, source, 'source', at, NULL, at, status, band, due_at, updated_at FROM r
  UNION ALL SELECT md5('centre/' || id)::uuid, id, centre, 'custodian', at,
    CASE WHEN status IN ('accepted', 'concluded') THEN accepted_at END, at, status, band, due_at, updated_at FROM r
  UNION ALL SELECT md5('custodian/' || id)::uuid, id, taker, 'custodian', accepted_at, NULL, at, status, band, due_at,
    updated_at FROM r WHERE status IN ('accepted', 'concluded')
  UNION ALL SELECT md5('offered/' || id)::uuid, id, taker, 'offered', offered_at,
    CASE WHEN status <> 'offered' THEN accepted_at END, at, status, band, due_at, updated_at
  FROM r WHERE status IN ('offered', 'accepted', 'concluded')
  UNION ALL SELECT md5('decliner/' || id)::uuid, id, decliner, 'offered', first_offer_at, declined_at, at, status, band,
    due_at, updated_at FROM r WHERE declined
"""
OFFERS = """
INSERT INTO referrals_offer (id, referral_id, to_agency_id, from_agency_id, agreement_id, made_at, answer_by, state,
    closed_at)
  SELECT md5('offer/' || id)::uuid, id, taker, centre, taker_agreement, offered_at, offered_at + offer_window,
    CASE WHEN status = 'offered' THEN 'open' ELSE 'accepted' END, CASE WHEN status <> 'offered' THEN accepted_at END
  FROM r WHERE status IN ('offered', 'accepted', 'concluded')
  UNION ALL SELECT md5('first/' || id)::uuid, id, decliner, centre, decliner_agreement, first_offer_at,
    first_offer_at + offer_window, 'declined', declined_at FROM r WHERE declined
"""
OUTCOMES = """
INSERT INTO referrals_outcome (id, referral_id, agency_id, code, count, at)
  SELECT md5('outcome/' || id)::uuid, id, taker,
    CASE WHEN taker_industry THEN 'CONTENT_REMOVED'
      ELSE (ARRAY['CHILD_SAFEGUARDED','SUSPECT_IDENTIFIED','NFA_EVIDENTIAL','INTELLIGENCE_ONLY'])[1 + g % 4] END,
    1, over_at
  FROM r WHERE status = 'concluded'
"""
REPORTS = """
INSERT INTO referrals_report (id, source_id, kind, content_type, sha256, raw, wire, referral_count, received_at)
  SELECT report, source, 'rest', 'application/json', sha256(body), body, '{}', 1, at FROM (
    SELECT r.*, convert_to(json_build_object('environment', environment, 'harm_type', harm, 'summary', story.summary,
      'narrative', story.narrative, 'external_ref', 'X-' || g, 'occurred_at', at - interval '2 days', 'jurisdiction',
      'GB', 'factors', story.factors, 'declaration', story.declaration)::text, 'UTF8') AS body
    FROM r JOIN story ON story.band = r.suggested) sent
"""
REFERRALS = """
INSERT INTO referrals_referral (id, reference, external_ref, source_id, custodian_id, report_id, status, version,
    environment, harm_type_id, summary, jurisdiction, occurred_at, declaration, source_priority, escalate_reason,
    priority, suggested_priority, suggested_because, band, actionability, missing, classification, tlp, pap,
    source_grade, information_grade, handling_code, handling_conditions, lowering_to, received_at, updated_at,
    clock_from, due_at, paused_for, closed_at)
  SELECT r.id, reference, 'X-' || g, source,
    CASE WHEN status IN ('accepted', 'concluded') THEN taker ELSE centre END, report, status, version,
    environment, harm, story.summary, 'GB', at - interval '2 days', story.declaration, story.source_priority, '',
    priority, suggested, story.because, r.band, story.score, story.missing,
    'OFFICIAL-SENSITIVE', 'AMBER', '', '', '', '', '', '', at, updated_at, at, due_at, interval '0',
    CASE WHEN status IN ('concluded', 'rejected', 'withdrawn') THEN over_at END
  FROM r JOIN story ON story.band = r.suggested
"""
# One in five was told to its source, and stands in a coordinator's inbox; a few still wait to be sent.
NOTICES = """
INSERT INTO notifications_notice (id, agency_id, topic, subject_type, subject_id, reference, version, says,
    subject_at, to_people, urgent, feed_only, state, attempts)
  SELECT notice, source, 'referral.triage', 'referral', id, reference, 2, 'Triaged', triaged_at, true, false, false,
    CASE WHEN g % 1000 = 0 THEN 'waiting' ELSE 'sent' END, 1
  FROM r WHERE g % 5 = 0
"""
INBOX = """
INSERT INTO notifications_inboxitem (id, notice_id, person_id, topic, subject_type, subject_id, reference, says, at,
    read_at)
  SELECT md5('inbox/' || r.id)::uuid, notice, n.person, 'referral.triage', 'referral', r.id, reference, 'Triaged',
    triaged_at, CASE WHEN g % 10 > 0 THEN triaged_at END
  FROM r JOIN n ON n.id = r.source WHERE g % 5 = 0
"""
DELIVERIES = """
INSERT INTO notifications_delivery (id, notice_id, agency_id, topic, reference, channel, person_id, state, attempts,
    next_at, last_reason)
  SELECT md5('delivery/' || r.id)::uuid, notice, source, 'referral.triage', reference, 'email', n.person,
    CASE WHEN g % 1000 = 5 THEN 'waiting' ELSE 'sent' END, 1, triaged_at, ''
  FROM r JOIN n ON n.id = r.source WHERE g % 5 = 0
"""


def _uuid_of(text: str) -> UUID:
    return UUID(hashlib.md5(text.encode(), usedforsecurity=False).hexdigest())
