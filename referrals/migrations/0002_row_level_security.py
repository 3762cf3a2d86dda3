"""Who sees a referral and what hangs on it: the party table decides, as `referrals.access` says in Python."""

from django.db import migrations

from ohsc.core.rls import ME, MYSELF, Protect


def party(column: str, capacities: str = "") -> str:
    """The actor's agency stands to the referral named by `column` now, in one of the capacities.

    OFFSET 0 changes no answer: without it the planner may hash all rows an agency has, to look at fifty.
    """
    how = f" AND p.capacity IN ({capacities})" if capacities else ""
    return (
        f"EXISTS (SELECT 1 FROM referrals_party p WHERE p.referral_id = {column}"
        f" AND p.agency_id = {ME} AND p.until IS NULL{how} OFFSET 0)"
    )


CUSTODIAN = "'custodian'"
RECEIVERS = "'custodian', 'offered'"
MINE = f"person_id = {MYSELF}"

ALONE_IN_ITS_DOCUMENT = f"""referral_count = 1 AND EXISTS (
    SELECT 1 FROM referrals_referral r JOIN referrals_party p ON p.referral_id = r.id
    WHERE r.report_id = referrals_report.id AND p.agency_id = {ME} AND p.until IS NULL AND p.capacity = 'custodian')"""

REFERENCE = "GRANT SELECT ON referrals_harmtype TO ohsc_agency, ohsc_centre, ohsc_steps;"
NO_REFERENCE = "REVOKE ALL ON referrals_harmtype FROM ohsc_agency, ohsc_centre, ohsc_steps;"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0001_reports_and_referrals"),
        ("cases", "0002_row_level_security"),
    ]

    operations = [
        migrations.RunSQL(REFERENCE, NO_REFERENCE),
        Protect("referrals_referral", agency=party("referrals_referral.id")),
        Protect("referrals_party", agency=f"agency_id = {ME}"),
        Protect("referrals_report", agency=f"source_id = {ME} OR ({ALONE_IN_ITS_DOCUMENT})", steps="INSERT"),
        Protect(
            "referrals_narrative",
            agency=party("referrals_narrative.referral_id", "'source', 'custodian'"),
            steps="INSERT",
        ),
        Protect(
            "referrals_factor",
            agency=f"(agency_id = {ME} AND {party('referrals_factor.referral_id')})"
            f" OR {party('referrals_factor.referral_id', RECEIVERS)}",
            steps="INSERT",
        ),
        Protect(
            "referrals_sighting",
            agency=f"(agency_id = {ME} AND {party('referrals_sighting.referral_id')})"
            f" OR {party('referrals_sighting.referral_id', RECEIVERS)}",
            steps="INSERT",
        ),
        Protect("referrals_offer", agency=party("referrals_offer.referral_id", RECEIVERS)),
        Protect(
            "referrals_outcome",
            agency=party("referrals_outcome.referral_id"),
            steps="INSERT",
        ),
        Protect(
            "referrals_outcomedetail",
            agency=f"{party('referrals_outcomedetail.referral_id', RECEIVERS)}"
            f" OR (for_source AND {party('referrals_outcomedetail.referral_id')})",
            steps="INSERT",
        ),
        Protect(
            "referrals_step_taken",
            agency=f"{party('referrals_step_taken.referral_id', RECEIVERS)}"
            f" OR (source_sees AND {party('referrals_step_taken.referral_id')})",
            steps="INSERT",
        ),
        Protect(
            "referrals_holding",
            agency=f"agency_id = {ME}",
            centre=f"agency_id = {ME}",
            steps="INSERT, UPDATE, DELETE",
        ),
        # A question is its two sides' while they stand to the referral, and the custodian's, who must know what is
        # asked about what it answers for.
        Protect(
            "referrals_question",
            agency=f"{party('referrals_question.referral_id', CUSTODIAN)}"
            f" OR ({ME} IN (from_agency_id, to_agency_id) AND {party('referrals_question.referral_id')})",
        ),
        Protect("referrals_savedfilter", agency=MINE, centre=MINE, steps="INSERT, UPDATE, DELETE"),
        Protect("referrals_reckoning", agency="false", steps="INSERT"),
    ]
