"""Which words are fixed? Partners build against these values; labels are what people read."""

from collections.abc import Collection

from django.db.models import TextChoices


class Environment(TextChoices):
    DARK_WEB = "dark_web", "Dark web"
    SURFACE_WEB = "surface_web", "Surface web"
    PHYSICAL_WORLD = "physical_world", "Physical world"

    @classmethod
    def in_order(cls, codes: Collection[str]) -> list[str]:
        """Those of `codes`, in the same order wherever they are shown."""
        return [code for code in cls.values if code in codes]


class Sector(TextChoices):
    GOVERNMENT = "government", "Government"
    LAW_ENFORCEMENT = "law_enforcement", "Law enforcement"
    INDUSTRY = "industry", "Industry"
    THIRD_SECTOR = "third_sector", "Third sector"


class Band(TextChoices):
    """Risk to a child. The meaning and the clocks are those of `referrals.priority`."""

    P1 = "P1", "P1 Escalate"
    P2 = "P2", "P2 High"
    P3 = "P3", "P3 Medium"
    P4 = "P4", "P4 Low"
    INFO = "INFO", "Information"


class SelectorKind(TextChoices):
    ACCOUNT = "account", "Account"
    URL = "url", "Web address"
    DOMAIN = "domain", "Domain"
    ONION_SERVICE = "onion_service", "Onion service"
    EMAIL = "email", "E-mail address"
    PHONE = "phone", "Phone number"
    IP = "ip", "IP address"
    HASH = "hash", "Hash"
    WALLET = "wallet", "Wallet"
    DEVICE = "device", "Device"
    OTHER = "other", "Other"


class Skill(TextChoices):
    TRIAGE = "triage", "Triage and assessment"
    INVESTIGATION = "investigation", "Investigation"
    VICTIM_IDENTIFICATION = "victim_identification", "Identifying children"
    SAFEGUARDING = "safeguarding", "Safeguarding"
    TAKEDOWN = "takedown", "Removal of content"
    ACCOUNT_ACTION = "account_action", "Action on accounts"
    DISRUPTION = "disruption", "Disruption of services"
    INTELLIGENCE = "intelligence", "Intelligence development"
    REGULATION = "regulation", "Regulation"
    PREVENTION = "prevention", "Prevention and education"
    SUPPORT = "support", "Support to children and families"


class Marking(TextChoices):
    """Words of a scale, the least restricted first."""

    @classmethod
    def within(cls, marking: str, ceiling: str) -> bool:
        """Is `marking` no more restricted than `ceiling`?"""
        order = cls.values
        return order.index(marking) <= order.index(ceiling)


class Classification(Marking):
    """The ceiling is OFFICIAL-SENSITIVE: what is higher is held elsewhere, with a pointer here at most."""

    OFFICIAL = "OFFICIAL", "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE"


class Tlp(Marking):
    """Traffic Light Protocol 2.0."""

    CLEAR = "CLEAR", "TLP:CLEAR"
    GREEN = "GREEN", "TLP:GREEN"
    AMBER = "AMBER", "TLP:AMBER"
    AMBER_STRICT = "AMBER+STRICT", "TLP:AMBER+STRICT"
    RED = "RED", "TLP:RED"


class Pap(TextChoices):
    """Permissible Actions Protocol."""

    CLEAR = "CLEAR", "PAP:CLEAR"
    GREEN = "GREEN", "PAP:GREEN"
    AMBER = "AMBER", "PAP:AMBER"
    RED = "RED", "PAP:RED"


class SourceGrade(TextChoices):
    """The 3x5x2 intelligence report's first figure."""

    RELIABLE = "1", "1 Reliable"
    UNTESTED = "2", "2 Untested"
    NOT_RELIABLE = "3", "3 Not reliable"


class InformationGrade(TextChoices):
    """The 3x5x2 intelligence report's second figure."""

    KNOWN_DIRECTLY = "A", "A Known directly to the source"
    CORROBORATED = "B", "B Known indirectly but corroborated"
    KNOWN_INDIRECTLY = "C", "C Known indirectly"
    NOT_KNOWN = "D", "D Not known"
    SUSPECTED_FALSE = "E", "E Suspected to be false"


class HandlingCode(TextChoices):
    """The 3x5x2 intelligence report's third figure."""

    PERMITTED = "P", "P Lawful sharing permitted"
    CONDITIONS = "C", "C Lawful sharing permitted with conditions"


class LegalGateway(TextChoices):
    """The law a disclosure rests on (DOMAIN §4); each agreement names one."""

    OSA_66 = "osa_2023_s66", "Online Safety Act 2023, section 66"
    CCA_7 = "cca_2013_s7", "Crime and Courts Act 2013, section 7"
    CA89_17_47 = "ca_1989_s17_s47", "Children Act 1989, sections 17 and 47"
    CA04_10_11 = "ca_2004_s10_s11", "Children Act 2004, sections 10 and 11"
    CDA_115 = "cda_1998_s115", "Crime and Disorder Act 1998, section 115"
    COMMON_LAW = "common_law_policing", "Common law: a policing purpose"
    DPA_35 = "dpa_2018_s35", "Data Protection Act 2018, section 35 and schedule 8"
    GDPR_6_1_C = "uk_gdpr_6_1_c", "UK GDPR, article 6(1)(c): a legal obligation"
    GDPR_6_1_D = "uk_gdpr_6_1_d", "UK GDPR, article 6(1)(d): vital interests"
    GDPR_6_1_E = "uk_gdpr_6_1_e", "UK GDPR, article 6(1)(e): a public task"
    GDPR_6_1_F = "uk_gdpr_6_1_f", "UK GDPR, article 6(1)(f): legitimate interests"
    GDPR_9_2_G = (
        "uk_gdpr_9_2_g",
        "UK GDPR, article 9(2)(g), with Data Protection Act 2018, schedule 1, paragraphs 10 and 18",
    )
    RECOGNISED = (
        "recognised_legitimate_interests",
        "Recognised legitimate interests: Data (Use and Access) Act 2025, schedule 4 (prospective)",
    )

    @classmethod
    def offered(cls) -> list[tuple[str, str]]:
        """Those that a new agreement may name. What Parliament has passed and not yet begun is known, not offered."""
        return [choice for choice in cls.choices if choice[0] != cls.RECOGNISED]

    @classmethod
    def for_policing(cls) -> frozenset[str]:
        """Those that need the police or the National Crime Agency on one side."""
        return frozenset({cls.CCA_7, cls.COMMON_LAW, cls.DPA_35})


class OnwardRule(TextChoices):
    """May the recipient pass on to a third agency what it received under an agreement?"""

    NOT_ALLOWED = "not_allowed", "Not allowed"
    WITH_CONSENT = "with_consent_of_discloser", "With the discloser’s consent: the Centre makes the offer"
    WITHIN_TERMS = "within_terms", "Allowed, under an agreement of the recipient’s own that covers it"
