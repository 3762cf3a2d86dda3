"""A hundred thousand referrals in two hundred agencies, made by the database itself in a few seconds.

The benchmark's own rows (`bench.loading`), as far as lists are made of them, and each status at every age. Agency 42
is a large one: it sent three in ten of them and was asked to take one in ten. As a superuser with triggers off: only
the shape and number of rows matter here, for what the planner decides.
"""

from bench.loading import EVENLY, Plan, core, found

PLAN = Plan(100_000, statuses=EVENLY)
# What is looked for: a word in one summary of five hundred, and an account in each referral, one in a hundred the same.
FOUND_AGAIN = """
UPDATE referrals_referral SET summary = 'A lantern was named in the profile.'
  WHERE id IN (SELECT id FROM r WHERE g % 500 = 0);
INSERT INTO referrals_sighting (id, referral_id, agency_id, kind, value, platform, at, fingerprint_anywhere)
  SELECT gen_random_uuid(), id, source, 'account', 'h', '', at,
    sha256((CASE WHEN g % 100 = 0 THEN 'everywhere' ELSE g::text END)::bytea) FROM r
"""
LOAD = ";\n".join(
    (
        "SET session_replication_role = replica",
        found(PLAN),
        *core(PLAN, 1, PLAN.referrals),
        FOUND_AGAIN,
        "ANALYZE",
    )
)
