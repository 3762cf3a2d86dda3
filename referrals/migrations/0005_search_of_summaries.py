"""Words in summaries are found by an index, and only among what the asker's agency may see.

PostgreSQL asks a policy before any condition that might leak (`@@` is one), so under row-level security the index
over words would never be used. One function may use it: it belongs to a role that can do nothing else, it is told
by the transaction, not by its caller, for whom it works, and it answers ids. The rows themselves are then read
through the policies like all others.
"""

from django.db import migrations

SEARCH = """
CREATE INDEX referral_words ON referrals_referral USING gin (to_tsvector('english', summary));
CREATE FUNCTION referrals_search_summaries(asked text, before_at timestamptz, before_id uuid, most integer)
RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  me uuid := ohsc_agency_id();
  wanted tsquery := websearch_to_tsquery('english', asked);
BEGIN
  IF EXISTS (SELECT 1 FROM agencies_agency a WHERE a.id = me AND a.is_centre) THEN
    RETURN QUERY SELECT r.id FROM referrals_referral r
      WHERE to_tsvector('english', r.summary) @@ wanted
        AND (before_at IS NULL OR (r.received_at, r.id) < (before_at, before_id))
      ORDER BY r.received_at DESC, r.id DESC LIMIT most;
  ELSE
    RETURN QUERY SELECT r.id FROM referrals_party p JOIN referrals_referral r ON r.id = p.referral_id
      WHERE p.agency_id = me AND p.until IS NULL AND to_tsvector('english', r.summary) @@ wanted
        AND (before_at IS NULL OR (p.received_at, p.referral_id) < (before_at, before_id))
      ORDER BY p.received_at DESC, p.referral_id DESC LIMIT most;
  END IF;
END $$;
REVOKE ALL ON FUNCTION referrals_search_summaries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION referrals_search_summaries TO ohsc_agency, ohsc_centre;
GRANT SELECT ON agencies_agency, referrals_party, referrals_referral TO ohsc_search;
CREATE POLICY search ON agencies_agency FOR SELECT TO ohsc_search USING (true);
CREATE POLICY search ON referrals_party FOR SELECT TO ohsc_search USING (true);
CREATE POLICY search ON referrals_referral FOR SELECT TO ohsc_search USING (true);
GRANT CREATE ON SCHEMA public TO ohsc_search;
ALTER FUNCTION referrals_search_summaries OWNER TO ohsc_search;
REVOKE CREATE ON SCHEMA public FROM ohsc_search;
"""

NO_SEARCH = """
DROP FUNCTION referrals_search_summaries;
DROP POLICY search ON referrals_referral;
DROP POLICY search ON referrals_party;
DROP POLICY search ON agencies_agency;
REVOKE ALL ON agencies_agency, referrals_party, referrals_referral FROM ohsc_search;
DROP INDEX referral_words;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_harm_types")]

    operations = [migrations.RunSQL(SEARCH, NO_SEARCH)]
