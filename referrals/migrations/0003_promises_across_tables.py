"""What is always true of a referral and its rows, where one table's constraint cannot say it.

One trigger looks when the referral's row is written, so writers put the evidence first (party, offer, outcome)
and the claim (status, custodian) last. Another carries what lists are made by to the rows of those who stand to it.
"""

from django.db import migrations

PROMISES = """
CREATE FUNCTION referrals_keep_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM referrals_party p WHERE p.referral_id = NEW.id AND p.until IS NULL
                 AND p.capacity = 'custodian' AND p.agency_id = NEW.custodian_id) THEN
    RAISE EXCEPTION 'the custodian is not a party' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'referral_custodian_is_party';
  END IF;
  IF NEW.status = 'offered' AND NOT EXISTS (
      SELECT 1 FROM referrals_offer o WHERE o.referral_id = NEW.id AND o.state = 'open') THEN
    RAISE EXCEPTION 'offered without an open offer' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'referral_offered_has_offer';
  END IF;
  IF NEW.status NOT IN ('offered', 'accepted') AND EXISTS (
      SELECT 1 FROM referrals_offer o WHERE o.referral_id = NEW.id AND o.state = 'open') THEN
    RAISE EXCEPTION 'an open offer on a referral that is not offered' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'referral_offer_is_closed';
  END IF;
  IF NEW.status = 'concluded' AND NOT EXISTS (
      SELECT 1 FROM referrals_outcome o WHERE o.referral_id = NEW.id) THEN
    RAISE EXCEPTION 'concluded without an outcome' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'referral_concluded_has_outcome';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER keeps_promises AFTER INSERT OR UPDATE OF status, custodian_id ON referrals_referral
  FOR EACH ROW EXECUTE FUNCTION referrals_keep_promises();
"""

FOLLOW = """
CREATE FUNCTION referrals_parties_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE referrals_party SET status = NEW.status, band = NEW.band, due_at = NEW.due_at, updated_at = NEW.updated_at
    WHERE referral_id = NEW.id AND until IS NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER parties_follow AFTER UPDATE OF status, band, due_at, updated_at ON referrals_referral
  FOR EACH ROW EXECUTE FUNCTION referrals_parties_follow();
"""
NO_FOLLOW = "DROP TRIGGER parties_follow ON referrals_referral; DROP FUNCTION referrals_parties_follow();"


class Migration(migrations.Migration):
    dependencies = [("referrals", "0002_row_level_security")]

    operations = [
        migrations.RunSQL(
            PROMISES,
            "DROP TRIGGER keeps_promises ON referrals_referral; DROP FUNCTION referrals_keep_promises();",
        ),
        migrations.RunSQL(FOLLOW, NO_FOLLOW),
    ]
