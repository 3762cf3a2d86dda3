"""Why was a step not taken? Each refusal is written for whoever tried."""


class StepRefused(Exception):
    """This step is not open now, or what was asked of it cannot be. The message is a sentence."""


class VersionStale(Exception):
    """Somebody changed the referral since the caller read it."""


class GivenRefused(Exception):
    """What was given does not fit the step: `errors` maps a field's name to a sentence."""

    def __init__(self, errors: dict[str, str]):
        super().__init__(" ".join(errors.values()))
        self.errors = errors
