"""The pages of referrals: HTTP in, one call into `actions` or `record`, HTTP out."""
