"""How are codes of places and languages put into words? What is not known here is shown as it was written."""

from collections.abc import Callable, Collection

PLACES = {
    "GB": "United Kingdom",
    "GB-ENG": "England",
    "GB-WLS": "Wales",
    "GB-SCT": "Scotland",
    "GB-NIR": "Northern Ireland",
    "IE": "Ireland",
}
LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "bg": "Bulgarian", "cs": "Czech", "cy": "Welsh", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish",
    "gd": "Scottish Gaelic", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian",
    "pa": "Punjabi", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "so": "Somali", "sq": "Albanian", "sv": "Swedish", "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def place(code: str) -> str:
    return PLACES.get(code, code)


def language(code: str) -> str:
    return LANGUAGES.get(code, code)


_harm_labels: Callable[[], dict[str, str]] = dict


def name_harms(labels: Callable[[], dict[str, str]]) -> None:
    """The list of harms is a higher app's; it says here, once, how to read it."""
    global _harm_labels  # noqa: PLW0603  (set when the apps are made ready, and never again)
    _harm_labels = labels


def all_harms() -> dict[str, str]:
    """Every kind of harm by its code, in the order of the list."""
    return _harm_labels()


def harms(codes: Collection[str]) -> dict[str, str]:
    """The label of each of these harms. Nothing is asked of the database where there is none to name."""
    labels = _harm_labels() if codes else {}
    return {code: labels.get(code, code) for code in codes}
