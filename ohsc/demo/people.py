"""Who works where in the demonstration? Invented names of many origins; one of each role in every agency."""

import random
from collections.abc import Iterator

from agencies.roles import ROLES

_GIVEN = (
    "Amara", "Tomasz", "Priya", "Callum", "Yusuf", "Megan", "Linh", "Dafydd", "Zainab", "Oskar", "Ines", "Kwame",
    "Rhona", "Arjun", "Beatriz", "Nikolai", "Farah", "Gethin", "Maeve", "Hiro", "Sanna", "Tariq", "Eilidh",
    "Mateo", "Noor", "Jonas", "Abena", "Rafael", "Siobhan", "Imran", "Katya", "Owen", "Leila", "Viktor", "Ciara",
    "Emeka", "Anneli", "Hamish", "Chiara", "Dev",
)  # fmt: skip
_FAMILY = (
    "Adeyemi", "Kowalczyk", "Raman", "Fairhurst", "Demir", "Pritchard", "Tran", "Llewellyn", "Hussain", "Lindholm",
    "Carvalho", "Boateng", "Mackinnon", "Chaudhary", "Ferreira", "Petrov", "Karimi", "Bevan", "Gallagher", "Tanaka",
    "Virtanen", "Malik", "Drummond", "Vargas", "Siddiqui", "Brandt", "Owusu", "Monteiro", "Kearney", "Sheikh",
    "Morozova", "Thackeray", "Haddad", "Novotny", "Brennan", "Okonkwo", "Saar", "Galbraith", "Ricci", "Sandhu",
    "Ashworth", "Nyambura", "Pellegrin", "Quartey", "Rostami", "Trelawney", "Ulvestad", "Wickramasinghe",
)  # fmt: skip
_MORE = {"ohsc": ("analyst", "analyst", "coordinator")}  # the Centre has more desks than one of each
_ONE_OF_EACH = tuple(ROLES)


def people_of(slug: str, rng: random.Random, taken: set[str]) -> Iterator[tuple[str, str, str]]:
    """E-mail address, name and role of each; `taken` keeps names apart across agencies."""
    for role in (*_ONE_OF_EACH, *_MORE.get(slug, ("analyst",))):
        name = _unused(rng, taken)
        taken.add(name)
        yield f"{name.lower().replace(' ', '.')}@{slug}.example", name, role


def _unused(rng: random.Random, taken: set[str]) -> str:
    while (name := f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}") in taken:
        pass
    return name
