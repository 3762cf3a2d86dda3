#!/usr/bin/env python3
"""Does what the Centre says of its audit hold? For a partner to run: Python 3.8 or newer, this file, the public keys.

    python3 audit_check.py KEYS FILE [FILE …]

KEYS is the file of public keys, a key a line, that the Centre gave you when you joined. Each FILE is one of

    a head        as GET /api/v1/audit/heads gives it in `note`: is it signed by the Centre?
    an inclusion  as `audit_verify --prove` prints it: is this event, word for word, in the log of that head?
    a growth      as `audit_verify --since-head … --json` prints it: is the log of the one head the beginning of the
                  log of the other, with nothing changed, removed or moved?

Keep the heads you are given. One that you hold from last month, and a growth from it to today's, is all it takes to
know that nothing of last month was rewritten since. Nothing is fetched and nothing is written. Exit status: 0 all of it
holds, 1 something does not, 2 a file cannot be read.

It shares no code with the platform and needs no package. Trees and proofs: RFC 6962 and RFC 9162. Signatures: Ed25519,
RFC 8032. Heads: C2SP tlog-checkpoint and signed-note.
"""

import base64
import hashlib
import json
import re
import sys

NOTE = re.compile(r"((\S+)\n(0|[1-9][0-9]*)\n(\S+)\n)\n((?:\u2014 \S+ \S+\n)+)")


class Fails(Exception):
    """It does not hold; the text says what."""


# Ed25519: is this the signature of the message? Points are (X, Y, Z, T) with x = X/Z, y = Y/Z and xy = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def x_of(y, sign):
    """The x of a point with this y, or None where there is none."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def point_of(raw):
    number = int.from_bytes(raw, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def written(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (x_of(BASE_Y, 0), BASE_Y, 1, x_of(BASE_Y, 0) * BASE_Y % P)


def is_signed(public, message, signature):
    key, half = point_of(public), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or key is None or half >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    minus_key = (P - key[0], key[1], 1, P - key[3])
    return written(add(times(half, BASE), times(challenge, minus_key))) == signature[:32]


# The tree.


def leaf(data):
    return hashlib.sha256(b"\x00" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_by_inclusion(found, index, size, path):
    """The root that a leaf at this place and its path give; None where the path does not fit the tree."""
    at, last = index, size - 1
    for sibling in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            found = node(sibling, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node(found, sibling)
        at, last = at >> 1, last >> 1
    return found if last == 0 else None


def roots_by_growth(earlier, earlier_root, size, path):
    """The two roots that the path gives, of the earlier tree and of the later; None where it does not fit."""
    path = list(path) if earlier & earlier - 1 else [earlier_root, *path]
    at, last = earlier - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not path:
        return None
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            old, new = node(sibling, old), node(sibling, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node(new, sibling)
        at, last = at >> 1, last >> 1
    return (old, new) if last == 0 else None


# Keys, heads and proofs, as they are written.


def read_keys(text):
    """Name and key by id. A line is name+id+key, and the id follows from the other two."""
    keys = {}
    for line in text.splitlines():
        line = line.strip()
        if line and not line.startswith("#"):
            name, named, encoded = line.split("+", 2)
            raw = base64.b64decode(encoded, validate=True)
            true_id = hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8]
            if len(raw) != 33 or raw[:1] != b"\x01" or true_id != named:
                raise ValueError(f"the key {named} is damaged")
            keys[named] = (name, raw[1:])
    return keys


def checked_head(note, keys):
    """Its size and root, where one of the keys signed it."""
    found = NOTE.fullmatch(note.strip() + "\n")
    if not found:
        raise Fails("That is no signed head.")
    text, origin, size, root, signatures = found.groups()
    for line in signatures.splitlines():
        raw = base64.b64decode(line.rpartition(" ")[2], validate=True)
        name, public = keys.get(raw[:4].hex(), (None, None))
        if name == origin and is_signed(public, text.encode(), raw[4:]):
            return int(size), base64.b64decode(root, validate=True)
    raise Fails("None of the keys signed this head.")


def check(text, keys):
    """What this file proves, in a sentence. Raises Fails."""
    if not text.lstrip().startswith("{"):
        size, _ = checked_head(text, keys)
        return f"The head of {size} events is signed."
    proof = json.loads(text)
    size, root = checked_head(proof["head"], keys)
    path = [bytes.fromhex(one) for one in proof["path"]]
    if "since" in proof:
        earlier, earlier_root = checked_head(proof["since"], keys)
        if not 0 < earlier <= size:
            raise Fails(f"The log had {earlier} events, and has {size}: events were removed.")
        if earlier == size:
            grew = not path and earlier_root == root
        else:
            grew = roots_by_growth(earlier, earlier_root, size, path) == (earlier_root, root)
        if not grew:
            raise Fails(f"The log of {size} events does not begin with the {earlier} of the earlier head.")
        return f"The log of {size} events begins with the {earlier} of the earlier head, unchanged."
    index = proof["index"]
    if not 0 <= index < size or root_by_inclusion(leaf(proof["event"].encode()), index, size, path) != root:
        raise Fails(f"This event is not number {index} of the {size} events of the head.")
    event = json.loads(proof["event"])
    if event["index"] != index:
        raise Fails(f"The event says of itself that it is number {event['index']}, and not {index}.")
    return (
        f"Event {event['id']} ({event['action']}, {event['at']}) is number {index} of {size}, word for word."
    )


def main(words):
    if len(words) < 2:
        sys.stderr.write(__doc__ or "")
        return 2
    failed = 0
    try:
        with open(words[0], encoding="utf-8") as file:
            keys = read_keys(file.read())
        for name in words[1:]:
            with open(name, encoding="utf-8", newline="") as file:
                text = file.read()
            try:
                print(f"{name}: {check(text, keys)}")
            except Fails as said:
                failed = 1
                print(f"{name}: NO. {said}")
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"It cannot be read: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
