"""Why was a step not taken? Each refusal is written for whoever tried."""

from agencies.roles import Permission
from ohsc.core.actor import Actor


class StepRefused(Exception):
    """This step is not open now, or what was asked of it cannot be. The message is a sentence."""


class VersionStale(Exception):
    """Somebody changed the referral since the caller read it."""


class GivenRefused(Exception):
    """What was given does not fit the step: `errors` maps a field's name to a sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def only_coordinators(by: Actor, what: str) -> None:
    """Plans, rules and rehearsals are a coordinator's of the Centre. Raises StepRefused."""
    if not (by.is_centre and by.may(Permission.COORDINATE)):
        raise StepRefused(f"{what} are for a coordinator of the Centre.")
