"""How do many events become one short value that nobody can forge? The Merkle tree of RFC 6962, and nothing else.

A leaf is SHA-256(0x00 ‖ data), a node SHA-256(0x01 ‖ left ‖ right); n leaves are split at the largest power of two
below n. Pure, and of the standard library alone. A proof is first the ranges of leaves whose roots it is made of, so
that whoever has a million leaves need not hold them at once.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

EMPTY = sha256(b"").digest()
Range = tuple[int, int]  # from the first leaf to before the second


def leaf(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A tree that only grows: of n leaves it keeps the roots of its full subtrees, one for each bit of n.

    `hashes` are those roots, largest subtree first: with `size`, all that is needed to go on later.
    """

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()):
        self.size, self.hashes = size, list(hashes)
        if len(self.hashes) != size.bit_count():
            raise ValueError(
                f"A tree of {size} leaves has {size.bit_count()} full subtrees, not {len(self.hashes)}."
            )

    def append(self, hashed: bytes) -> None:
        """Add one leaf, given as its hash."""
        size = self.size
        while size & 1:
            hashed = node(self.hashes.pop(), hashed)
            size >>= 1
        self.hashes.append(hashed)
        self.size += 1

    @property
    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY
        *before, root = self.hashes
        for hashed in reversed(before):
            root = node(hashed, root)
        return root


def root_of(hashes: Iterable[bytes]) -> bytes:
    frontier = Frontier()
    for hashed in hashes:
        frontier.append(hashed)
    return frontier.root


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Of which ranges the roots prove that leaf `index` is in the tree of `size`, nearest sibling first.

    RFC 6962 §2.1.1.
    """
    if not 0 <= index < size:
        raise IndexError(f"There is no leaf {index} among {size}.")
    first, last, found = 0, size, list[Range]()
    while last - first > 1:
        split = first + _split(last - first)
        if index < split:
            found.append((split, last))
            last = split
        else:
            found.append((first, split))
            first = split
    return found[::-1]


def consistency_ranges(earlier: int, size: int) -> list[Range]:
    """Of which ranges the roots prove that the tree of `size` grew out of that of `earlier` (RFC 6962 §2.1.2)."""
    if not 0 < earlier <= size:
        raise IndexError(f"No tree of {size} grew out of one of {earlier}.")
    first, last, left, found = 0, size, earlier, list[Range]()
    while left != last - first:
        split = _split(last - first)
        if left <= split:
            found.append((first + split, last))
            last = first + split
        else:
            found.append((first, first + split))
            first, left = first + split, left - split
    # The earlier tree itself is known to whoever asks; a part of it is not.
    return ([] if first == 0 else [(first, last)]) + found[::-1]


def _split(size: int) -> int:
    """The largest power of two below it."""
    return 1 << (size - 1).bit_length() - 1


def inclusion(hashes: Sequence[bytes], index: int) -> list[bytes]:
    return [root_of(hashes[first:last]) for first, last in inclusion_ranges(index, len(hashes))]


def consistency(hashes: Sequence[bytes], earlier: int) -> list[bytes]:
    return [root_of(hashes[first:last]) for first, last in consistency_ranges(earlier, len(hashes))]


def proves(proof: Sequence[bytes], *, hashed: bytes, index: int, size: int, root: bytes) -> bool:
    """Does the proof show that this leaf is number `index` of the tree of `size` leaves with this root?

    RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, hashed
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def grew(proof: Sequence[bytes], *, earlier: int, earlier_root: bytes, size: int, root: bytes) -> bool:
    """Does the proof show that the tree with `root` begins with the earlier one, unchanged?

    RFC 9162 §2.1.4.2.
    """
    if earlier == size:
        return not proof and earlier_root == root
    if not 0 < earlier < size:
        return False
    path = list(proof) if earlier & earlier - 1 else [earlier_root, *proof]
    if not path:
        return False
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == earlier_root and new == root
