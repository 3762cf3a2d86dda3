"""The least that could be done: one statement each, written by hand, its JSON made by PostgreSQL.

No rights are asked, nothing is audited, nobody is signed in. A floor answers with the very fields of the platform's
own answer (tests/bench holds it to that), so what lies between the two is what the platform adds.
"""

import json
import os
import threading
from uuid import uuid4

import psycopg

_LINE = """json_build_object(
  'id', r.id, 'reference', r.reference,
  'external_ref', CASE WHEN r.source_id = %(agency)s OR r.custodian_id = %(agency)s THEN nullif(r.external_ref, '') END,
  'status', r.status, 'environment', nullif(r.environment, ''), 'harm_type', r.harm_type_id,
  'priority', nullif(r.priority, ''),
  'suggested_priority', CASE WHEN r.version = 1 OR r.source_id <> %(agency)s OR r.custodian_id = %(agency)s
    THEN json_build_object('band', r.suggested_priority, 'because', r.suggested_because) END,
  'actionability', json_build_object('score', r.actionability, 'missing', r.missing),
  'custodian', c.slug, 'source', s.slug, 'summary', r.summary,
  'received_at', replace(to_char(r.received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '.000', ''),
  'updated_at', replace(to_char(r.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '.000', ''),
  'due_at', replace(to_char(r.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '.000', ''),
  'version', r.version,
  'handling', json_build_object('classification', r.classification, 'tlp', r.tlp, 'pap', nullif(r.pap, ''),
    'source_grade', nullif(r.source_grade, ''), 'information_grade', nullif(r.information_grade, ''),
    'code', nullif(r.handling_code, ''), 'conditions', nullif(r.handling_conditions, '')),
  'links', json_build_object('self', %(root)s || '/api/v1/referrals/' || r.id,
    'history', %(root)s || '/api/v1/referrals/' || r.id || '/history'))"""
_FROM = """referrals_referral r JOIN agencies_agency s ON s.id = r.source_id
  JOIN agencies_agency c ON c.id = r.custodian_id"""

QUEUE = f"""
SELECT json_build_object('items', coalesce(json_agg(line) FILTER (WHERE place <= 50), '[]'),
  'next', CASE WHEN count(*) > 50 THEN max(id::text) FILTER (WHERE place = 50) END)::text
FROM (
  SELECT {_LINE} AS line, p.referral_id AS id,
    row_number() OVER (ORDER BY p.received_at DESC, p.referral_id DESC) AS place
  FROM referrals_party p JOIN referrals_referral r ON r.id = p.referral_id
    JOIN agencies_agency s ON s.id = r.source_id JOIN agencies_agency c ON c.id = r.custodian_id
  WHERE p.agency_id = %(agency)s AND p.until IS NULL
  ORDER BY p.received_at DESC, p.referral_id DESC LIMIT 51) rows"""

ONE = f"""
SELECT (jsonb_build_object('line', {_LINE}, 'occurred_at', r.occurred_at, 'jurisdiction', r.jurisdiction,
  'narrative', (SELECT text FROM referrals_narrative WHERE referral_id = r.id),
  'factors', (SELECT json_agg(json_build_object('key', key, 'value', value, 'agency', a.slug, 'at', at))
    FROM referrals_factor f JOIN agencies_agency a ON a.id = f.agency_id WHERE referral_id = r.id),
  'selectors', (SELECT json_agg(json_build_object('kind', kind, 'value', value, 'platform', platform,
    'seen_at', seen_at)) FROM referrals_sighting WHERE referral_id = r.id),
  'outcomes', (SELECT json_agg(json_build_object('code', code, 'at', at)) FROM referrals_outcome
    WHERE referral_id = r.id),
  'offers', (SELECT json_agg(json_build_object('state', state, 'answer_by', answer_by))
    FROM referrals_offer WHERE referral_id = r.id)))::text
FROM {_FROM} WHERE r.id = %(id)s AND EXISTS (SELECT 1 FROM referrals_party p
  WHERE p.referral_id = r.id AND p.agency_id = %(agency)s AND p.until IS NULL)"""

# What one POST leaves: the report, the referral, its two parties, its line of history, the narrative, an answer, a
# selector and its sighting, the event and the kept answer; ten rows in one statement and one commit.
INSERT = """
WITH sent AS (SELECT %(body)s::jsonb AS b, clock_timestamp() AS at),
centre AS (SELECT id FROM agencies_agency WHERE is_centre),
report AS (INSERT INTO referrals_report (id, source_id, kind, content_type, sha256, raw, wire, referral_count,
  received_at)
  SELECT %(report)s, %(agency)s, 'rest', 'application/json', sha256(%(raw)s), %(raw)s, '{}', 1, at FROM sent),
parties AS (INSERT INTO referrals_party (id, referral_id, agency_id, capacity, since, until, received_at, status, band,
  due_at, updated_at)
  SELECT gen_random_uuid(), %(id)s, %(agency)s, 'source', at, NULL::timestamptz, at, 'received', 'P3',
    at + interval '1 day', at FROM sent
  UNION ALL SELECT gen_random_uuid(), %(id)s, centre.id, 'custodian', at, NULL, at, 'received', 'P3',
    at + interval '1 day', at FROM sent, centre),
history AS (INSERT INTO referrals_step_taken (id, referral_id, step, from_status, to_status, version, at, agency_id,
  actor_kind, actor_id, actor_name, custodian_id, priority, proposes, reason_code, reason, missing, source_sees)
  SELECT gen_random_uuid(), %(id)s, 'receive', '', 'received', 1, at, %(agency)s, 'client', %(agency)s, '', centre.id,
    '', '', '', '', '{}', true FROM sent, centre),
narrative AS (INSERT INTO referrals_narrative (referral_id, text) SELECT %(id)s, b->>'narrative' FROM sent),
factor AS (INSERT INTO referrals_factor (id, referral_id, key, value, agency_id, at)
  SELECT gen_random_uuid(), %(id)s, key, value, %(agency)s, at FROM sent, jsonb_each_text(b->'factors')),
selector AS (INSERT INTO cases_selector (id, agency_id, kind, platform, value, fingerprint, held_since)
  SELECT gen_random_uuid(), %(agency)s, x->>'kind', coalesce(x->>'platform', ''), x->>'value',
    sha256(convert_to(x->>'value', 'UTF8')), at FROM sent, jsonb_array_elements(b->'selectors') x
  ON CONFLICT DO NOTHING),
sighting AS (INSERT INTO referrals_sighting (id, referral_id, agency_id, selector_id, kind, value, fingerprint,
  platform, seen_at, at)
  SELECT gen_random_uuid(), %(id)s, %(agency)s, NULL, x->>'kind', x->>'value', sha256(convert_to(x->>'value', 'UTF8')),
    coalesce(x->>'platform', ''), (x->>'seen_at')::timestamptz, at FROM sent, jsonb_array_elements(b->'selectors') x),
event AS (INSERT INTO audit_event (id, at, kind, action, actor_kind, actor_id, agency_id, subject_type, subject_ids,
  recipient_ids, purpose, details, request_id)
  SELECT gen_random_uuid(), at, 'collection', 'referral.receive', 'client', %(agency)s, %(agency)s, 'referral',
    ARRAY[%(id)s::uuid], ARRAY[centre.id], '', '{}', '' FROM sent, centre),
kept AS (INSERT INTO core_keptanswer (id, client_id, key, asked_sha256, status, body, at)
  SELECT gen_random_uuid(), %(agency)s, %(key)s, sha256(%(raw)s), 201, %(raw)s, at FROM sent)
INSERT INTO referrals_referral (id, reference, external_ref, source_id, custodian_id, report_id, status, version,
  environment, harm_type_id, summary, jurisdiction, occurred_at, declaration, source_priority, escalate_reason,
  priority, suggested_priority, suggested_because, band, actionability, missing, classification, tlp, pap,
  source_grade, information_grade, handling_code, handling_conditions, lowering_to, received_at, updated_at,
  clock_from, due_at, paused_for)
SELECT %(id)s, %(reference)s, b->>'external_ref', %(agency)s, centre.id, %(report)s, 'received', 1, b->>'environment',
  b->>'harm_type', b->>'summary', 'GB', (b->>'occurred_at')::timestamptz, b->>'declaration', '', '', '', 'P3',
  '{}', 'P3', 50, '{}', 'OFFICIAL-SENSITIVE', 'AMBER', '', '', '', '', '', '', at, at, at, at + interval '1 day',
  interval '0' FROM sent, centre
RETURNING json_build_object('id', id, 'reference', reference, 'external_ref', external_ref, 'status', status,
  'received_at', received_at, 'due_at', due_at)::text"""

_kept = threading.local()


def connection() -> psycopg.Connection:
    """One a thread. Nothing is prepared: the platform may stand behind PgBouncer, and its floor no less."""
    if getattr(_kept, "connection", None) is None:
        _kept.connection = psycopg.connect(
            os.environ["BENCH_DATABASE_URL"], autocommit=True, prepare_threshold=None
        )
    return _kept.connection


def queue(agency: str, root: str, run: psycopg.Connection | None = None) -> str:
    return _text(run or connection(), QUEUE, {"agency": agency, "root": root})


def one(agency: str, referral: str, root: str, run: psycopg.Connection | None = None) -> str:
    return _text(run or connection(), ONE, {"agency": agency, "id": referral, "root": root})


def insert(agency: str, key: str, raw: bytes, run: psycopg.Connection | None = None) -> str:
    made = uuid4()
    given = {
        "agency": agency, "key": key, "raw": raw, "body": json.dumps(json.loads(raw)), "id": made, "report": uuid4(),
        "reference": f"R-{made.hex[:12]}",
    }  # fmt: skip
    return _text(run or connection(), INSERT, given)


def _text(run: psycopg.Connection, query: str, given: dict) -> str:
    found = run.execute(query, given).fetchone()
    return found[0] if found else "null"
