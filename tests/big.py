"""A hundred thousand referrals in two hundred agencies, made by the database itself in a few seconds.

The benchmark's own rows (`bench.loading`), as far as lists are made of them, and each status at every age. Agency 42
is a large one: it sent three in ten of them and was asked to take one in ten. As a superuser with triggers off: only
the shape and number of rows matter here, for what the planner decides.
"""

from bench.loading import EVENLY, Plan, core, found

PLAN = Plan(100_000, statuses=EVENLY)
LOAD = ";\n".join(
    (
        "SET session_replication_role = replica",
        found(PLAN),
        *core(PLAN, 1, PLAN.referrals),
        "ANALYZE",
    )
)
