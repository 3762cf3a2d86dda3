"""What hangs on a referral besides its parties? Narrative, answers, selectors and sightings, history, audit.

Statements for the chunk of referrals in the temporary table `r`; see `bench.loading`.
"""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.loading import Plan


def statements(plan: "Plan") -> Iterator[str]:
    yield from (NARRATIVES, FACTORS, "DROP TABLE IF EXISTS seen", _seen(plan), SELECTORS, SIGHTINGS)
    yield from ("DROP TABLE IF EXISTS taken", TAKEN, HISTORY, EVENTS, KEPT_ANSWERS)


NARRATIVES = """
INSERT INTO referrals_narrative (referral_id, text)
  SELECT r.id, story.narrative FROM r JOIN story ON story.band = r.suggested
"""
FACTORS = """
INSERT INTO referrals_factor (id, referral_id, key, value, agency_id, at)
  SELECT md5(answer.key || '/' || r.id)::uuid, r.id, answer.key, answer.value, source, at
  FROM r JOIN story ON story.band = r.suggested, json_each_text(story.factors) answer
"""


def _seen(plan: "Plan") -> str:
    """An account, which one in five shares with another referral; often an e-mail address, sometimes an IP address.
    All in normal form, with the fingerprint and id that `cases.actions` would have given."""
    few, many = max(plan.referrals // 20, 1), max(plan.referrals, 1)
    fingerprint = hmac_sql(
        plan.selector_key, "convert_to(kind || E'\\x1f' || platform || E'\\x1f' || value, 'UTF8')"
    )
    keyed = hmac_sql(plan.selector_key, "uuid_send(agency) || fingerprint")
    return f"""
CREATE TEMP TABLE seen AS
WITH given AS (
  SELECT g, id AS referral, source AS agency, at, 'account' AS kind, 'exampleservice' AS platform,
    'quiet-heron-' || CASE WHEN u1 < 0.2 THEN floor(u2 * {few})::int ELSE {few} + g END AS value,
    at - interval '1 day' AS seen_at, NULL::int AS port FROM r
  UNION ALL SELECT g, id, source, at, 'email', '', 'heron' || floor(u3 * {many})::int || '@mail.example',
    at - interval '1 day', NULL FROM r WHERE u5 < 0.6
  UNION ALL SELECT g, id, source, at, 'ip', '',
    '2001:db8::' || to_hex(1 + floor(u6 * 65000)::int) || ':' || to_hex(1 + floor(u7 * 65000)::int),
    at - interval '1 day', 51544
  FROM r WHERE u8 < 0.2
), marked AS (SELECT *, {fingerprint} AS fingerprint FROM given), keyed AS (SELECT *, {keyed} AS h FROM marked)
SELECT *, encode(set_byte(set_byte(substr(h, 1, 16), 6, get_byte(h, 6) & 15 | 64), 8, get_byte(h, 8) & 63 | 128),
  'hex')::uuid AS selector FROM keyed
"""


SELECTORS = """
INSERT INTO cases_selector (id, agency_id, kind, platform, value, fingerprint, held_since)
  SELECT DISTINCT ON (selector) selector, agency, kind, platform, value, fingerprint, at FROM seen
  ORDER BY selector, at ON CONFLICT DO NOTHING
"""
SIGHTINGS = """
INSERT INTO referrals_sighting (id, referral_id, agency_id, selector_id, kind, value, fingerprint, platform, seen_at,
    port, at)
  SELECT md5('sighting/' || kind || referral)::uuid, referral, agency, selector, kind, value, fingerprint, platform,
    seen_at, port, at FROM seen
"""

TAKEN = """
CREATE TEMP TABLE taken AS
  SELECT id, 'receive' AS step, '' AS was, 'received' AS now, 1 AS version, at, source AS agency, 'client' AS actor,
    source_client AS who, '' AS name, NULL::uuid AS to_agency, centre AS custodian, '' AS priority, '' AS reason,
    true AS shown, 'collection' AS kind, centre AS told FROM r
  UNION ALL SELECT id, 'triage', 'received', 'triaged', 2, triaged_at, centre, 'person', centre_person, 'Person 0',
    NULL, centre, priority, '', true, 'alteration', NULL FROM r WHERE triaged
  UNION ALL SELECT id, 'offer', 'triaged', 'offered', 3, first_offer_at, centre, 'person', centre_person, 'Person 0',
    decliner, centre, priority, '', false, 'disclosure', decliner FROM r WHERE declined
  UNION ALL SELECT id, 'decline', 'offered', 'triaged', 4, declined_at, decliner, 'person', decliner_person,
    'Person ' || x, NULL, centre, priority, 'no_capacity', false, 'alteration', NULL FROM r WHERE declined
  UNION ALL SELECT id, 'offer', 'triaged', 'offered', CASE WHEN declined THEN 5 ELSE 3 END, offered_at, centre,
    'person', centre_person, 'Person 0', taker, centre, priority, '', false, 'disclosure', taker
  FROM r WHERE status IN ('offered', 'accepted', 'concluded')
  UNION ALL SELECT id, 'accept', 'offered', 'accepted', CASE WHEN declined THEN 6 ELSE 4 END, accepted_at, taker,
    'person', taker_person, 'Person ' || t, NULL, taker, priority, '', true, 'disclosure', taker
  FROM r WHERE status IN ('accepted', 'concluded')
  UNION ALL SELECT id, 'conclude', 'accepted', 'concluded', version, over_at, taker, 'person', taker_person,
    'Person ' || t, NULL, taker, priority, '', true, 'disclosure', source FROM r WHERE status = 'concluded'
  UNION ALL SELECT id, 'reject', CASE WHEN triaged THEN 'triaged' ELSE 'received' END, 'rejected', version, over_at,
    centre, 'person', centre_person, 'Person 0', NULL, centre, priority, 'insufficient', true, 'alteration', NULL
  FROM r WHERE status = 'rejected'
  UNION ALL SELECT id, 'withdraw', 'received', 'withdrawn', 2, over_at, source, 'client', source_client, '', NULL,
    centre, '', 'resolved_by_source', true, 'alteration', NULL FROM r WHERE status = 'withdrawn'
"""
HISTORY = """
INSERT INTO referrals_step_taken (id, referral_id, step, from_status, to_status, version, at, agency_id, actor_kind,
    actor_id, actor_name, to_agency_id, custodian_id, priority, proposes, reason_code, reason, missing, source_sees)
  SELECT md5('step/' || version || id)::uuid, id, step, was, now, version, at, agency, actor, who, name, to_agency,
    custodian, priority, '', reason, '', '{}', shown FROM taken
"""
EVENTS = """
INSERT INTO audit_event (id, at, kind, action, actor_kind, actor_id, agency_id, subject_type, subject_ids,
    recipient_ids, purpose, details, request_id)
  SELECT md5('event/' || version || id)::uuid, at, kind, 'referral.' || step, actor, who, agency, 'referral',
    ARRAY[id], CASE WHEN told IS NULL THEN '{}' ELSE ARRAY[told] END, '',
    json_build_object('version', version, 'reason_code', reason, 'priority', priority), md5('request/' || version || id)
  FROM taken ORDER BY at, id
"""
KEPT_ANSWERS = """
INSERT INTO core_keptanswer (id, client_id, key, asked_sha256, status, body, at)
  SELECT md5('kept/' || id)::uuid, source_client, 'sent-' || g, sha256(id::text::bytea), 201,
    convert_to(json_build_object('id', id, 'reference', reference, 'external_ref', 'X-' || g, 'status', 'received',
      'environment', environment, 'harm_type', harm, 'received_at', at, 'version', 1)::text, 'UTF8'), at
  FROM r
"""


def hmac_sql(key: str, message: str) -> str:
    """HMAC-SHA256 (RFC 2104) of an SQL expression of bytes, as an SQL expression: PostgreSQL has only the hash."""
    secret = key.encode()
    if len(secret) > 64:
        secret = hashlib.sha256(secret).digest()
    block = secret.ljust(64, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in block).hex() for pad in (0x36, 0x5C))
    return f"sha256('\\x{outer}'::bytea || sha256('\\x{inner}'::bytea || {message}))"
