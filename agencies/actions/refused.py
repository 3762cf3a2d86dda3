"""What cannot be done to a person's account, and whom nobody may do it to?"""


class PersonRefused(Exception):
    """What cannot be, as a sentence. `field` names what to correct; "" where the person stands in the way."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
