"""Which ids are tried at an address: one's own, another's, absent, malformed; and each mixed with one's own."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

from ohsc.core.routes import Address
from tests.access.sweep.people import Asker
from tests.access.sweep.samples import WHOLE, Made, maker_of, word_for

ABSENT = {"uuid": str(uuid4()), "slug": "no-such-thing", "str": str(uuid4())}
MALFORMED = "not%20one"


@dataclass(frozen=True)
class Way:
    """An address filled in. `whose` is `own`, `another's`, `absent` or `malformed`."""

    whose: str
    path: str


def missing(address: Address) -> list[str]:
    """What to do about parameters of which there is no sample."""
    return [
        f"{address.route}: there is no sample of <{name}>. Add a word to WORDS, or a function marked @record({name!r}) "
        "that makes one and says who sees it, in tests/access/sweep/samples.py."
        for name in address.parameters
        if word_for(address.name, name) is None and maker_of(address.name, name) is None
    ]


def ways(address: Address, asker: Asker, made: dict[str, Made]) -> Iterator[Way]:
    """`made` holds, for each record in the address, what there is of it."""
    records = [name for name in address.parameters if name in made]
    if not address.parameters:
        yield Way("own", WHOLE.get(address.name) or address.route)
        return
    own = {name: _first(made[name], asker, seen=True) for name in records}
    others = {name: _first(made[name], asker, seen=False) for name in records}
    absent = {name: _absent(address, name) for name in records or address.parameters}
    if all(own.values()):
        yield Way("own", filled(address, own))
    if records and all(others.values()):
        yield Way("another's", filled(address, others))
    if len(records) > 1:
        for name in records:
            if own[name] and others[name]:
                yield Way("another's", filled(address, own | {name: others[name]}))
            if own[name]:
                yield Way("absent", filled(address, own | {name: absent[name]}))
    if "int" not in [_type(address, name) for name in absent]:
        yield Way("absent", filled(address, absent))
    if not any(_type(address, name) == "str" for name in absent):
        yield Way("malformed", filled(address, dict.fromkeys(absent, MALFORMED)))


def to_nothing(address: Address) -> str:
    """The address of something that is not there."""
    return WHOLE.get(address.name) or filled(
        address, {name: _absent(address, name) for name in address.parameters}
    )


def _first(made: Made, asker: Asker, *, seen: bool):
    """Something this one sees, or does not see; None where there is nothing such."""
    mine = {asker.agency, asker.name}
    return next(
        (key for key, by, *also in made if bool(mine & by) == seen and not any(mine & one for one in also)),
        None,
    )


def _type(address: Address, name: str) -> str:
    before = address.route[: address.route.index(f":{name}>")]
    return before[before.rindex("<") + 1 :]


def _absent(address: Address, name: str) -> str:
    return ABSENT.get(_type(address, name), "0")


def filled(address: Address, given: dict) -> str:
    path = address.route
    for name in address.parameters:
        path = path.replace(
            f"<{_type(address, name)}:{name}>", str(given.get(name) or word_for(address.name, name))
        )
    return path
