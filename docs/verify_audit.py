#!/usr/bin/env python3
"""Checks dumps of `green-channel audit export`, from docs/audit-format.md alone.

    verify_audit.py [--public-key HEX] [--checkpoints FILE] DUMP...

Prints one line for each dump: `whole` with counts, or `wrong` with the first fault of each kind.
Exit code 0: all are whole; 1: something does not hold; 2: wrong usage or a file that cannot be read.
Python 3.9 or newer, standard library only; Ed25519 is written out from RFC 8032, section 5.1.
"""

import functools
import hashlib
import json
import sys

# --- Ed25519 (RFC 8032, section 5.1) -------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    """Section 5.1.3: the x of a y, or None."""
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P != 0:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P != 0:
        return None
    return P - x if (x & 1) != sign else x


def point(data):
    """Section 5.1.3: a point in extended coordinates, or None."""
    if len(data) != 32:
        return None
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def add(a, b):
    """Section 5.1.4."""
    left = (a[1] - a[0]) * (b[1] - b[0]) % P
    right = (a[1] + a[0]) * (b[1] + b[0]) % P
    t = 2 * a[3] * b[3] * D % P
    z = 2 * a[2] * b[2] % P
    e, f, g, h = right - left, z - t, z + t, right + left
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(scalar, a):
    product = (0, 1, 1, 0)
    while scalar > 0:
        if scalar & 1:
            product = add(product, a)
        a = add(a, a)
        scalar >>= 1
    return product


def equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


@functools.lru_cache(maxsize=4096)
def is_signed(public, message, signature):
    """Section 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point(public), point(signature[:32])
    if a is None or r is None:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(digest, "little") % L
    return equal(times(s, BASE), add(r, times(k, a)))


# --- Values of the dump ------------------------------------------------------------------------------

I64 = range(-(2**63), 2**63)


class Wrong(Exception):
    """What does not hold."""


def need(holds, what):
    if not holds:
        raise Wrong(what)


def is_int(value):
    return type(value) is int and value in I64


def is_text(value):
    return type(value) is str


def is_bool(value):
    return type(value) is bool


def is_hex(value):
    return is_text(value) and len(value) % 2 == 0 and all(digit in "0123456789abcdef" for digit in value)


def is_key(value):
    return is_hex(value) and len(value) == 32


def is_hash(value):
    return is_hex(value) and len(value) == 64


def maybe(check):
    return lambda value: value is None or check(value)


def is_present_text(value):
    return is_text(value) and value != ""


def is_chain(value):
    return value == "security" or (is_text(value) and value.startswith("project:") and is_key(value[8:]))


CHECKPOINT = {
    "zone": is_key, "number": is_int, "made": is_int, "heads": is_int, "entries": is_int,
    "root": is_hash, "previous": is_hash, "key": is_hex, "signature": is_hex,
}
MEMBERS = {
    "dump": {"format": is_int, "zone": is_key, "made": is_int, "public_key": is_hash},
    "checkpoint": CHECKPOINT,
    "leaf": {
        "checkpoint": is_int, "slot": is_int, "chain": is_chain, "seq": is_int, "hash": is_hash,
        "last": is_bool,
    },
    "head": {"chain": is_chain, "seq": is_int, "hash": is_hash, "sealed": maybe(is_int)},
    "entry": {
        "chain": is_chain, "seq": is_int, "hash": is_hash, "stage": maybe(is_key), "kind": is_text,
        "public": is_bool, "author": is_text, "happened": is_int, "recorded": is_int, "late": is_bool,
        "fact": is_text, "source": maybe(is_present_text),
    },
    "security": {
        "chain": is_chain, "seq": is_int, "hash": is_hash, "act": is_text, "outcome": is_text,
        "actor": maybe(is_key), "object": maybe(is_present_text), "address": maybe(is_present_text),
        "detail": is_text, "recorded": is_int,
    },
    "end": {"chains": is_int, "entries": is_int, "checkpoints": is_int},
}


def once(pairs):
    members = dict(pairs)
    need(len(members) == len(pairs), "a member stands twice")
    return members


def parse(line, number):
    try:
        members = json.loads(line, object_pairs_hook=once)
    except ValueError as error:
        raise Wrong(f"line {number} is no JSON: {error}") from None
    need(type(members) is dict, f"line {number} is no object")
    return members


def shaped(members, form, number):
    """Exactly the members of the form, each of its type."""
    need(set(members) == set(form), f"line {number} has other members than its type")
    for name, check in form.items():
        need(check(members[name]), f"line {number}: {name}")
    return members


# --- Hashes --------------------------------------------------------------------------------------------

NOTHING = bytes(32)


def u64(number):
    return number.to_bytes(8, "big", signed=True)


def field(data):
    return u64(len(data)) + data


def text(value):
    return b"" if value is None else value.encode("utf-8")


def key(value):
    return b"" if value is None else bytes.fromhex(value)


def truth(value):
    return b"\x01" if value else b"\x00"


def sha(data):
    return hashlib.sha256(data).digest()


def chain_id(zone, chain):
    if chain == "security":
        return b"\x02" + zone + zone
    return b"\x01" + zone + bytes.fromhex(chain[8:])


def fields(entry):
    if entry["chain"] == "security":
        return [
            text(entry["act"]), text(entry["outcome"]), key(entry["actor"]), text(entry["object"]),
            text(entry["address"]), text(entry["detail"]), u64(entry["recorded"]),
        ]
    return [
        key(entry["stage"]), text(entry["kind"]), truth(entry["public"]), text(entry["author"]),
        u64(entry["happened"]), u64(entry["recorded"]), truth(entry["late"]), text(entry["fact"]),
        text(entry["source"]),
    ]


def entry_hash(zone, entry, previous):
    begun = b"\x00\x02\x01" + chain_id(zone, entry["chain"]) + u64(entry["seq"]) + previous
    return sha(begun + b"".join(field(data) for data in fields(entry)))


def leaf_hash(zone, leaf):
    begun = b"\x00\x02\x01\x10" + chain_id(zone, leaf["chain"])
    return sha(begun + u64(leaf["seq"]) + bytes.fromhex(leaf["hash"]))


class Tree:
    """The tree of RFC 6962 in levels: a last node without a sister goes up as it is."""

    def __init__(self):
        self.levels = [[]]

    def set(self, slot, node):
        height = 0
        while True:
            level = self.levels[height]
            if slot == len(level):
                level.append(node)
            else:
                level[slot] = node
            if len(level) == 1:
                return
            pair = level[slot & ~1 : (slot & ~1) + 2]
            node = sha(b"\x01" + pair[0] + pair[1]) if len(pair) == 2 else pair[0]
            slot //= 2
            height += 1
            if height == len(self.levels):
                self.levels.append([])

    def root(self):
        return self.levels[-1][0] if self.levels[0] else sha(b"")


def message(checkpoint):
    return (
        "green-channel checkpoint 2\n"
        f"zone {checkpoint['zone']}\nnumber {checkpoint['number']}\nmade {checkpoint['made']}\n"
        f"heads {checkpoint['heads']}\nentries {checkpoint['entries']}\nroot {checkpoint['root']}\n"
        f"previous {checkpoint['previous']}\nkey {checkpoint['key']}\n"
    ).encode("ascii")


def judge_signature(checkpoint, public):
    number = checkpoint["number"]
    need(checkpoint["key"] == sha(public)[:8].hex(), f"checkpoint {number}: another key")
    signature = bytes.fromhex(checkpoint["signature"])
    need(is_signed(public, message(checkpoint), signature), f"checkpoint {number}: signature")


# --- The dump ------------------------------------------------------------------------------------------


class Dump:
    """What was read of a dump so far."""

    def __init__(self, public):
        self.public = public
        self.zone = None
        self.tree = Tree()
        self.slots = {}          # chain -> (slot, seq)
        self.covered = {}        # chain -> {seq: (hash, checkpoint)}
        self.last_marks = {}     # chain -> is its newest leaf marked as the last
        self.marks = 0
        self.checkpoints = {}    # number -> checkpoint
        self.open = None         # the checkpoint whose leaves are being read
        self.sum = 0
        self.entries = 0
        self.heads = {}          # chain -> head
        self.walk = None         # [head, number, hash]
        self.end = False

    def line(self, members, number):
        need(not self.end, f"line {number} stands behind the end")
        kind = members.pop("type", None)
        if kind == "entry" and members.get("chain") == "security":
            shaped(members, MEMBERS["security"], number)
        else:
            need(is_text(kind) and kind in MEMBERS and kind != "security", f"line {number} has no known type")
            shaped(members, MEMBERS[kind], number)
        need((kind == "dump") == (number == 1), f"line {number}: the head of the dump stands first, once")
        getattr(self, "read_" + kind)(members)

    def read_dump(self, dump):
        need(dump["format"] == 2, "another format than 2")
        self.zone = bytes.fromhex(dump["zone"])
        if self.public is None:
            self.public = bytes.fromhex(dump["public_key"])

    def read_checkpoint(self, checkpoint):
        self.close_checkpoint()
        need(not self.heads and self.entries == 0, "a checkpoint behind records")
        number = len(self.checkpoints) + 1
        need(checkpoint["number"] == number, f"checkpoint {number} is missing or out of place")
        need(checkpoint["zone"] == self.zone.hex(), f"checkpoint {number} is of another zone")
        before = self.checkpoints.get(number - 1)
        previous = sha(message(before)) if before else NOTHING
        need(checkpoint["previous"] == previous.hex(), f"checkpoint {number} does not follow")
        judge_signature(checkpoint, self.public)
        self.checkpoints[number] = checkpoint
        self.open = checkpoint

    def read_leaf(self, leaf):
        need(self.open is not None and leaf["checkpoint"] == self.open["number"], "a leaf without its checkpoint")
        chain, seq = leaf["chain"], leaf["seq"]
        slot, before = self.slots.get(chain, (len(self.slots), 0))
        where = f"checkpoint {leaf['checkpoint']}, {chain}"
        need(leaf["slot"] == slot, f"{where}: another slot")
        need(seq > before, f"{where}: not behind the head before")
        self.tree.set(slot, leaf_hash(self.zone, leaf))
        self.slots[chain] = (slot, seq)
        self.sum += seq - before
        self.covered.setdefault(chain, {})[seq] = (leaf["hash"], leaf["checkpoint"])
        self.last_marks[chain] = leaf["last"]
        self.marks += leaf["last"]

    def close_checkpoint(self):
        checkpoint, self.open = self.open, None
        if checkpoint is None:
            return
        number = checkpoint["number"]
        need(checkpoint["heads"] == len(self.slots), f"checkpoint {number}: heads")
        need(checkpoint["entries"] == self.sum, f"checkpoint {number}: entries")
        need(checkpoint["root"] == self.tree.root().hex(), f"checkpoint {number}: root")

    def read_head(self, head):
        self.close_checkpoint()
        self.close_chain()
        chain = head["chain"]
        need(chain not in self.heads, f"{chain}: two heads")
        sealed = None if chain == "security" else self.slots.get(chain, (0, 0))[1]
        need(head["sealed"] == sealed, f"{chain}: the mark of its last checkpoint")
        self.heads[chain] = head
        self.walk = [head, 0, NOTHING]

    def read_entry(self, entry):
        need(self.walk is not None and entry["chain"] == self.walk[0]["chain"], f"{entry['chain']}: an entry without a head")
        self.entries += 1
        chain, seq = entry["chain"], self.walk[1] + 1
        need(entry["seq"] == seq, f"{chain}: line {seq} is missing or out of place")
        digest = entry_hash(self.zone, entry, self.walk[2])
        need(entry["hash"] == digest.hex(), f"{chain}: line {seq} is not what was recorded")
        wanted = self.covered.get(chain, {}).pop(seq, None)
        need(wanted is None or wanted[0] == entry["hash"], f"{chain}: line {seq} is not the one that a checkpoint covers")
        self.walk[1:] = [seq, digest]

    def close_chain(self):
        walk, self.walk = self.walk, None
        if walk is None:
            return
        head, seq, digest = walk
        need((head["seq"], head["hash"]) == (seq, digest.hex()), f"{head['chain']}: the head is not its last line")
        need(not self.covered.get(head["chain"]), f"{head['chain']}: lines that a checkpoint covers are gone")

    def read_end(self, end):
        self.close_checkpoint()
        self.close_chain()
        need(end["chains"] == len(self.heads), "another number of chains")
        need(end["entries"] == self.entries, "another number of entries")
        need(end["checkpoints"] == len(self.checkpoints), "another number of checkpoints")
        gone = [chain for chain, lines in self.covered.items() if lines]
        need(not gone, f"{gone[:1]}: a record that a checkpoint covers is gone")
        need(all(self.last_marks.values()) and self.marks == len(self.slots), "heads wrongly marked as the last")
        self.end = True


def judge_kept(dump, kept):
    for checkpoint in kept:
        if checkpoint["zone"] != dump.zone.hex():
            continue
        judge_signature(checkpoint, dump.public)
        inside = dump.checkpoints.get(checkpoint["number"])
        need(inside is not None, f"checkpoint {checkpoint['number']} of the file is missing: the database was set back")
        need(inside == checkpoint, f"checkpoint {checkpoint['number']} of the file is another one in the dump")


def read_kept(path):
    kept = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.endswith("\n"):
                kept.append(shaped(parse(line, number), CHECKPOINT, number))
    return kept


def judge(path, public, kept):
    dump = Dump(public)
    number = 0
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line = line.decode("utf-8")
            except UnicodeDecodeError:
                raise Wrong(f"line {number} is not UTF-8") from None
            need(line.endswith("\n"), f"line {number} has no end")
            dump.line(parse(line, number), number)
    need(dump.end, "the dump has no end")
    judge_kept(dump, kept)
    return f"whole: {len(dump.heads)} chains, {dump.entries} entries, {len(dump.checkpoints)} checkpoints"


def main(arguments):
    public, kept, paths = None, [], []
    arguments = iter(arguments)
    try:
        for argument in arguments:
            if argument == "--public-key":
                public = bytes.fromhex(next(arguments))
            elif argument == "--checkpoints":
                kept = read_kept(next(arguments))
            else:
                paths.append(argument)
    except (StopIteration, ValueError, OSError, Wrong) as error:
        print(f"verify_audit: {error}\n{__doc__}", file=sys.stderr)
        return 2
    if not paths:
        print(__doc__, file=sys.stderr)
        return 2
    if public is None:
        print("verify_audit: the key is taken from the dump itself; give --public-key to know whose it is", file=sys.stderr)
    code = 0
    for path in paths:
        try:
            print(judge(path, public, kept))
        except Wrong as fault:
            print(f"wrong: {fault}")
            code = max(code, 1)
        except OSError as error:
            print(f"unread: {error}")
            code = 2
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
