"""Where in a document is a value? As a JSON pointer says it (RFC 6901), without the slash in front."""


def below(path: str, step: str) -> str:
    """The place of `step` within what stands at `path`; "" is the whole document."""
    step = step.replace("~", "~0").replace("/", "~1")
    return f"{path}/{step}" if path else step
