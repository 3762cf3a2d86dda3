"""Which places does a jurisdiction take in? Places are ISO 3166 codes, or names where there is no code. Pure."""

UNITED_KINGDOM = "GB"
NATIONS = ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR")


def reaches(jurisdiction: str, place: str) -> bool:
    """Does a jurisdiction take in a place? GB reaches GB-ENG; where the place is not known, nothing speaks against."""
    return not place or place == jurisdiction or place.startswith(f"{jurisdiction}-")
