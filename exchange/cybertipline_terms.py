"""What do CyberTipline's words mean in ours? The stated tables; nothing outside them is guessed.

Wire values stay as they were sent (`Draft.wire`); these tables give the harm code, the environment, the
factors and the neutral words of the summary line.
"""

import re

# The eight incident types as the wire has them, and the harm each is when nothing refines it. Capitals, blanks,
# plurals and brackets make no difference (see `key_of`).
INCIDENT_TYPES = {
    "Child Pornography (possession, manufacture, and distribution)": "csam",
    "Child Sex Trafficking": "trafficking",
    "Child Sex Tourism": "exploitation_in_travel",
    "Child Sexual Molestation": "contact_abuse",
    "Misleading Domain Name": "misleading_domain",
    "Misleading Words or Digital Images on the Internet": "misleading_domain",
    "Online Enticement of Children for Sexual Acts": "grooming",
    "Unsolicited Obscene Material Sent to a Child": "unsolicited_obscene_material",
}

# An annotation refines only these types; the first that is present counts. The last column says of how many
# files it must be said: of a report, of any file, or of every file (one file that is not refutes it).
REFINEMENTS = (
    ("sextortion", {"csam", "grooming"}, "sexual_extortion", "report"),
    ("liveStreaming", {"csam", "grooming"}, "live_streaming", "any"),
    ("csamSolicitation", {"csam", "grooming"}, "solicitation_of_csam", "report"),
    ("generativeAi", {"csam"}, "csam_ai_generated", "every"),
    ("possibleSelfProduction", {"csam"}, "self_generated", "every"),
)

FACTORS_OF_ANNOTATION = {
    "sextortion": ("coercion", "yes"),
    "sadisticOnlineExploitation": ("coercion", "yes"),
    "liveStreaming": ("live_streaming", "yes"),
    "infant": ("child_age_band", "0-2"),
}

# What an annotation says to whoever reads the narrative.
SENTENCE_OF_ANNOTATION = {
    "minorToMinorInteraction": "the sender says that this is between children",
    "spam": "the sender says that this may be spam",
    "sadisticOnlineExploitation": "the sender says that this is sadistic online exploitation",
}
INFORMATIONAL = "informational"  # asks for INFO, where nothing is escalated

REPORT_ANNOTATIONS = (
    "sextortion", "csamSolicitation", "minorToMinorInteraction", "spam", "sadisticOnlineExploitation", "informational",
)  # fmt: skip
FILE_ANNOTATIONS = (
    "animeDrawingVirtualHentai", "potentialMeme", "viral", "possibleSelfProduction", "physicalHarm", "violenceGore",
    "bestiality", "liveStreaming", "infant", "generativeAi",
)  # fmt: skip

# Where it happened, when the incident type says so by itself.
ENVIRONMENT_OF_HARM = {
    "contact_abuse": "physical_world",
    "exploitation_in_travel": "physical_world",
    "misleading_domain": "surface_web",
}
INCIDENTS = {  # element: the words for it, and where it happens
    "webPageIncident": ("Web page", "surface_web"),
    "emailIncident": ("E-mail", "surface_web"),
    "newsgroupIncident": ("Newsgroup", "surface_web"),
    "chatImIncident": ("Chat", "surface_web"),
    "onlineGamingIncident": ("Online game", "surface_web"),
    "cellPhoneIncident": ("Telephone", "surface_web"),
    "nonInternetIncident": ("Not on the internet", "physical_world"),
    "peer2peerIncident": ("Peer to peer", "surface_web"),
}

SUMMARY_OF_HARM = {
    "csam": "Report of child sexual abuse material",
    "csam_ai_generated": "Report of AI-generated child sexual abuse material",
    "grooming": "Report of online grooming of a child",
    "sexual_extortion": "Report of sexual extortion of a child",
    "live_streaming": "Report of live streaming of child sexual abuse",
    "trafficking": "Report of child trafficking for sexual exploitation",
    "exploitation_in_travel": "Report of sexual exploitation of children in travel and tourism",
    "contact_abuse": "Report of sexual abuse of a child in person",
    "self_generated": "Report of self-generated sexual content of a child",
    "solicitation_of_csam": "Report of solicitation of child sexual abuse material",
    "misleading_domain": "Report of a misleading domain name, words or images",
    "unsolicited_obscene_material": "Report of obscene material sent to a child",
}
SUMMARY_OF_UNKNOWN = "Report whose kind of harm could not be told"

AGE_BANDS = ((2, "0-2"), (6, "3-6"), (10, "7-10"), (13, "11-13"), (15, "14-15"), (17, "16-17"))


def key_of(incident_type: str) -> str:
    """Capitals, blanks, plurals and what stands in brackets make no difference between two incident types."""
    words = re.findall(r"[a-z]+", re.sub(r"\([^()]{0,300}\)?", " ", incident_type.casefold()))
    return " ".join(word.removesuffix("s") if len(word) > 3 else word for word in words)


def age_band(age: int) -> str | None:
    """The band of a child's age; nothing for an adult."""
    return next((band for oldest, band in AGE_BANDS if 0 <= age <= oldest), None)


HARM_OF_TYPE = {key_of(name): harm for name, harm in INCIDENT_TYPES.items()}
