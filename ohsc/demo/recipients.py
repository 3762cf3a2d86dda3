"""Whom would the Centre offer an invented referral to? An agency that it suits, under an agreement that covers it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from agencies.agreements import Disclosure, covering, why_not_onward
from agencies.models import SharingAgreement
from ohsc.demo.agencies import AGENCIES, CENTRE
from ohsc.demo.agreements import agreements
from referrals import handling
from referrals.drafts import Draft, Handling

_SECTOR = {agency.slug: agency.sector for agency in AGENCIES}
_WHERE = {agency.slug: agency.environments for agency in AGENCIES}
# Sectors with their weight, by harm.
_FOR = {
    "misleading_domain": {"industry": 4, "third_sector": 3, "law_enforcement": 1, "government": 1},
    "unsolicited_obscene_material": {"industry": 4, "law_enforcement": 2, "third_sector": 2},
    "self_generated": {"third_sector": 4, "industry": 3, "law_enforcement": 3, "government": 2},
    "contact_abuse": {"law_enforcement": 5, "government": 4},
}
LONGEST_OFFER = timedelta(days=6)  # with a question put meanwhile
_FOR_MOST = {"law_enforcement": 7, "industry": 2, "third_sector": 1, "government": 1}


class Recipients:
    """With whom each agency has agreements, as they stand on the day of seeding."""

    def __init__(self, today: date) -> None:
        self.agreements = {
            (terms.discloser, terms.recipient): SharingAgreement(reference=reference, **terms.facts(today))
            for reference, terms in agreements()
        }

    def choose(
        self,
        draft: Draft,
        source: str,
        asked: Sequence[str],
        on: date,
        rng: random.Random,
        discloser: str = CENTRE,
    ) -> str:
        """One that was not asked yet, did not send it, works there, and may have it from the discloser on that day;
        "" where there is none."""
        marked = draft.handling or Handling()
        what = Disclosure(draft.environment, draft.harm_type, "", marked.tlp, on, marked.classification)
        by_then = replace(what, on=on + LONGEST_OFFER)  # it is still in force when they answer
        if not self._may_pass_on(discloser, on):
            return ""
        suits = dict(_FOR.get(draft.harm_type, _FOR_MOST))
        if draft.environment == "physical_world":
            suits["government"] = suits.get("government", 1) + 3
        weights = {
            slug: suits.get(_SECTOR[slug], 0.2)
            for (gives, slug), agreement in self.agreements.items()
            if gives == discloser
            and slug not in (source, CENTRE)
            and slug not in asked
            and draft.environment in _WHERE[slug]
            and covering([agreement], what)
            and covering([agreement], by_then)
            and not handling.why_no_action(marked.pap, _SECTOR[slug], slug)
        }
        return rng.choices(list(weights), list(weights.values()))[0] if weights else ""

    def _may_pass_on(self, custodian: str, on: date) -> bool:
        """Does what the Centre agreed with it let a custodian pass on by itself?"""
        return custodian == CENTRE or not why_not_onward(self.agreements[CENTRE, custodian], on)
