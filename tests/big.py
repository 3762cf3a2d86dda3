"""A hundred thousand referrals in two hundred agencies, made by the database itself in a few seconds.

Agency 42 is a large one: it sent three in ten of them and was asked to take one in ten. As a superuser with
triggers off: only the shape and number of rows matter here, for what the planner decides.
"""

AGENCIES, REFERRALS = 200, 100_000

LOAD = f"""
SET session_replication_role = replica;
CREATE TEMP TABLE n AS SELECT g AS n, gen_random_uuid() AS id FROM generate_series(0, {AGENCIES - 1}) g;
INSERT INTO auth_group (name) SELECT 'agency ' || n FROM n;
INSERT INTO agencies_agency (id, slug, name, sector, jurisdiction, environments, desk_name, desk_phone, desk_email,
    desk_hours, out_of_hours_name, out_of_hours_phone, does, time_zone, is_centre, is_active, group_id)
  SELECT n.id, 'agency-' || n.n, 'Agency ' || n.n, 'law_enforcement', 'GB', '{{surface_web}}', '', '', '', '', '',
    '', '', 'Europe/London', n.n = 0, true, g.id FROM n JOIN auth_group g ON g.name = 'agency ' || n.n;
INSERT INTO agencies_user (id, password, email, name, agency_id, role, time_zone, is_active, email_choice,
    email_failed_because)
  SELECT gen_random_uuid(), '', 'person@' || n || '.example', 'Person ' || n, id, 'coordinator', 'UTC', true, 'each', ''
  FROM n;
CREATE TEMP TABLE r AS
  SELECT g AS r, gen_random_uuid() AS id, gen_random_uuid() AS report,
    (ARRAY['received','triaged','offered','accepted','concluded','concluded','concluded','rejected'])[1 + g % 8]
      AS status,
    (ARRAY['P1','P2','P3','P4','INFO'])[1 + (g / 8) % 5] AS band,
    CASE WHEN g % 10 < 3 THEN 42 ELSE 1 + g % {AGENCIES - 1} END AS source,
    CASE WHEN g % 10 = 4 THEN 42 ELSE 1 + (g * 7 + 3) % {AGENCIES - 1} END AS taker,
    timestamptz '2026-01-01' + g * interval '4 minutes' AS at
  FROM generate_series(1, {REFERRALS}) g;
UPDATE r SET taker = 1 + taker % {AGENCIES - 1} WHERE taker = source;
INSERT INTO referrals_report (id, source_id, kind, content_type, sha256, raw, wire, referral_count, received_at)
  SELECT r.report, s.id, 'rest', 'application/json', sha256(r.id::text::bytea), '', '{{}}', 1, r.at
  FROM r JOIN n s ON s.n = r.source;
INSERT INTO referrals_referral (id, reference, external_ref, source_id, custodian_id, report_id, status, version,
    environment, harm_type_id, summary, jurisdiction, declaration, source_priority, escalate_reason, priority,
    suggested_priority, suggested_because, band, actionability, missing, classification, tlp, pap, source_grade,
    information_grade, handling_code, handling_conditions, lowering_to, received_at, updated_at, clock_from,
    due_at, paused_for, closed_at)
  SELECT r.id, 'R-' || r.r, 'X' || r.r, s.id,
    CASE WHEN r.status IN ('accepted', 'concluded') THEN t.id ELSE c.id END, r.report, r.status, 1,
    'surface_web', 'grooming', 'An account moved a conversation elsewhere.', 'GB', '', '', '', r.band, r.band, '{{}}',
    r.band, 50, '{{}}', 'OFFICIAL', 'AMBER', '', '', '', '', '', '', r.at, r.at, r.at, r.at + interval '7 days',
    interval '0',
    CASE WHEN r.status IN ('concluded', 'rejected') THEN r.at END
  FROM r JOIN n s ON s.n = r.source JOIN n t ON t.n = r.taker JOIN n c ON c.n = 0;
INSERT INTO referrals_party (id, referral_id, agency_id, capacity, since, until, received_at)
  SELECT gen_random_uuid(), r.id, s.id, 'source', r.at, NULL, r.at FROM r JOIN n s ON s.n = r.source
  UNION ALL
  SELECT gen_random_uuid(), r.id, c.id, 'custodian', r.at,
    CASE WHEN r.status IN ('accepted', 'concluded') THEN r.at END, r.at FROM r JOIN n c ON c.n = 0
  UNION ALL
  SELECT gen_random_uuid(), r.id, t.id, 'custodian', r.at, NULL, r.at
  FROM r JOIN n t ON t.n = r.taker WHERE r.status IN ('accepted', 'concluded')
  UNION ALL
  SELECT gen_random_uuid(), r.id, t.id, 'offered', r.at, NULL, r.at
  FROM r JOIN n t ON t.n = r.taker WHERE r.status = 'offered';
INSERT INTO agencies_sharingagreement (id, reference, discloser_id, recipient_id, purpose, gateway, environments,
    harm_types, tlp_ceiling, onward_rule, retention_days, starts_on, ends_on, signed_by)
  SELECT n.id, 'SA', c.id, n.id, '', 'x', '{{surface_web}}', '{{}}', 'RED', '', 1, '2026-01-01', '2030-01-01', ''
  FROM n JOIN n c ON c.n = 0 WHERE n.n > 0;
INSERT INTO referrals_offer (id, referral_id, to_agency_id, from_agency_id, agreement_id, made_at, answer_by, state,
    closed_at)
  SELECT gen_random_uuid(), r.id, t.id, c.id, t.id, r.at, r.at + interval '1 day',
    CASE WHEN r.status = 'offered' THEN 'open' ELSE 'accepted' END, CASE WHEN r.status <> 'offered' THEN r.at END
  FROM r JOIN n t ON t.n = r.taker JOIN n c ON c.n = 0 WHERE r.status IN ('offered', 'accepted', 'concluded');
INSERT INTO notifications_notice (id, agency_id, topic, subject_type, subject_id, reference, version, says,
    subject_at, to_people, urgent, feed_only, state, attempts)
  SELECT r.id, s.id, 'referral.triage', 'referral', r.id, 'R-' || r.r, 1, 'Triaged', r.at, true, false, false,
    CASE WHEN r.r % 1000 = 0 THEN 'waiting' ELSE 'sent' END, 1
  FROM r JOIN n s ON s.n = r.source WHERE r.r % 5 = 0;
INSERT INTO notifications_inboxitem (id, notice_id, person_id, topic, subject_type, subject_id, reference, says, at,
    read_at)
  SELECT gen_random_uuid(), r.id, u.id, 'referral.triage', 'referral', r.id, 'R-' || r.r, 'Triaged', r.at,
    CASE WHEN r.r % 10 > 0 THEN r.at END
  FROM r JOIN n s ON s.n = r.source JOIN agencies_user u ON u.agency_id = s.id WHERE r.r % 5 = 0;
INSERT INTO notifications_delivery (id, notice_id, agency_id, topic, reference, channel, person_id,
    state, attempts, next_at, last_reason)
  SELECT gen_random_uuid(), r.id, s.id, 'referral.triage', 'R-' || r.r, 'email', u.id,
    CASE WHEN r.r % 1000 = 5 THEN 'waiting' ELSE 'sent' END, 1,
    r.at, '' FROM r JOIN n s ON s.n = r.source JOIN agencies_user u ON u.agency_id = s.id
  WHERE r.r % 5 = 0;
-- A word in one summary of five hundred, and an account in each referral: one in a hundred the same.
UPDATE referrals_referral SET summary = 'A lantern was named in the profile.'
  WHERE id IN (SELECT id FROM r WHERE r % 500 = 0);
INSERT INTO referrals_sighting (id, referral_id, agency_id, kind, value, platform, at, fingerprint_anywhere)
  SELECT gen_random_uuid(), r.id, s.id, 'account', 'h', '', r.at,
    sha256((CASE WHEN r.r % 100 = 0 THEN 'everywhere' ELSE r.r::text END)::bytea)
  FROM r JOIN n s ON s.n = r.source;
ANALYZE;
"""
