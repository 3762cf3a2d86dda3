"""Every address × method × role × id: who may not is told so, whatever the id; what is not theirs is absent.

The addresses come from the project, what is expected from the table that was typed by hand, and the ids from the
samples. Who is refused writes nothing, not even for a moment. The number of cases is said when the tests end.
"""

import pytest

from ohsc.core.routes import Address, addresses, need_of
from tests.access.sweep import people, table
from tests.access.sweep.asking import (
    METHODS,
    Answer,
    ask,
    came,
    expected,
    nothing_written_but_of_the_refusal,
)
from tests.access.sweep.people import Asker
from tests.access.sweep.samples import maker_of
from tests.access.sweep.ways import Way, ways

PARTS = 6
# What a method that no address answers comes to is one and the same for everybody: the thorough try it for all.
TELLING = ("GET", "HEAD", "POST", "DELETE")
# They try each id with the methods that are not answered, too; the others one id.
THOROUGH = ("police coordinator", "centre administrator", "police all", "nobody")


def pages() -> list[Address]:
    """What people use, and what is open to everybody."""
    return [one for one in addresses() if need_of(one.view) is not None]


def interface() -> list[Address]:
    """What partners' systems use; each method has its scope."""
    return [one for one in addresses() if need_of(one.view) is None]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_serves_whom_the_table_says(cast, part, record_property):
    swept(cast, pages()[part::PARTS], [people.nobody(), *people.people(cast)], record_property)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_address_of_the_interface_serves_whom_the_table_says(cast, part, record_property):
    swept(cast, interface()[part::PARTS], [people.nobody(), *people.systems(cast)], record_property)


def swept(cast, some: list[Address], askers: list[Asker], record_property) -> None:
    persons = [one for one in askers if one.person]
    cases, wrong, known = 0, [], {}
    for address in some:
        makers = {name: make for name in address.parameters if (make := maker_of(address.name, name))}
        for make in makers.values():
            if make not in known:
                known[make] = make(cast, persons)
        made = {name: known[make] for name, make in makers.items()}
        for asker in askers:
            for method in METHODS if asker.name in THOROUGH else TELLING:
                answers = tried(address, method, asker, made)
                cases += len(answers)
                wrong += faults(address, method, asker, answers)
    record_property("swept", cases)
    assert not wrong, f"{len(wrong)} of {cases} cases:\n" + "\n".join(wrong[:40])


def tried(address: Address, method: str, asker: Asker, made: dict) -> list[tuple[Way, Answer, set[str]]]:
    """With a method that is answered, every id; with another, one, and every one by the thorough."""
    answered = method in (*table.routes()[address.name], "HEAD")
    some = list(ways(address, asker, made))
    if not answered and asker.name not in THOROUGH:
        some = some[:1]
    found = []
    for way in some:
        with nothing_written_but_of_the_refusal(look=answered and method not in ("GET", "HEAD")) as written:
            answer = ask(asker.browser, method, address, way.path)
        found.append((way, answer, written))
    return found


def faults(address: Address, method: str, asker: Asker, answers: list) -> list[str]:
    """Each answer as the table says; and no two refusals of one kind that differ in a byte."""
    found, refusals = [], {}
    for way, answer, written in answers:
        case = f"{asker.name}: {method} {address.route} with {way.whose} id"
        wanted, got = expected(address, method, asker, way), came(answer)
        told = dict(answer.headers)
        if "no-store" not in told.get("Cache-Control", "") or "event-stream" in told.get("Content-Type", ""):
            found.append(f"{case}: may be kept by a cache, or never ends")
        if got not in wanted.split("/"):
            found.append(f"{case}: {got} ({answer.status}), not {wanted}")
        if got in ("403", "404", "405"):
            if way.whose != "malformed":  # that is no address at all
                refusals.setdefault(got, set()).add((answer.content, answer.headers))
            if written:
                found.append(f"{case}: {got}, and wrote to {', '.join(sorted(written))}")
    found += [
        f"{asker.name}: {method} {address.route}: a {status} that tells one id from another"
        for status, bytes_ in refusals.items()
        if len(bytes_) > 1
    ]
    return found
