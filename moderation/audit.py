"""The audit trail: what was done, by whom, when, in a chain of hashes that shows tampering.

No entry holds a comment's text, a name, a note or an address: it must be possible to keep the trail for years.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from moderation.decision import Decision

BEGINNING = "0" * 64

_canonical = json.JSONEncoder(check_circular=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What was done. subject: the id of what it was done to; detail: JSON values, nothing of a person."""

    at: datetime
    by_id: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)


class Entry(NamedTuple):  # a chain has many, and a tuple is made in a fraction of the time
    """A fact in its place. number: 1, 2, … without a gap; hash: SHA-256 over the fact and the hash before it."""

    site_id: str
    number: int
    fact: AuditEvent
    hash: str


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """What a check of one chain found. broken_at: the first number that does not fit, 0 when all do.

    entries: how many fit, from the beginning. head: the hash of the last of them. Whoever writes it down elsewhere
    can also tell later whether the end was cut off.
    """

    site_id: str
    entries: int
    head: str
    broken_at: int = 0


def of_decision(decision: Decision) -> AuditEvent:
    """A decision as a fact."""
    return AuditEvent(
        at=decision.at,
        by_id=decision.by.id,
        action=f"decision.{decision.action}",
        subject=decision.comment_id,
        detail={
            "decision": decision.id,
            "reason": decision.reason.value,
            "revision": decision.revision,
            "status": decision.status_after.value,
            "undoes": decision.undoes,
        },
    )


def chain(facts: Sequence[AuditEvent], *, site_id: str, number: int, last_hash: str) -> list[Entry]:
    """The facts as entries that follow entry `number`, whose hash is `last_hash`."""
    entries = []
    for offset, fact in enumerate(facts, start=1):
        last_hash = _hash(site_id, number + offset, fact, last_hash)
        entries.append(Entry(site_id=site_id, number=number + offset, fact=fact, hash=last_hash))
    return entries


def verify(site_id: str, entries: Iterable[Entry]) -> ChainCheck:
    """Follow one chain from its beginning. A site's has its first entry from the day it was added, so none is broken.

    Only the installation's own, "", may be empty. Not seen by this: an end that was cut off, and a chain that
    somebody wrote anew with all its hashes. Whoever kept a head misses it then.
    """
    whole, last_hash = 0, BEGINNING
    with suppress(*UNREADABLE):
        for entry in entries:
            expected = _hash(site_id, whole + 1, entry.fact, last_hash)
            if (entry.number, entry.hash) != (whole + 1, expected):
                break
            whole, last_hash = whole + 1, expected
        else:
            if whole or not site_id:
                return ChainCheck(site_id, whole, last_hash)
    return ChainCheck(site_id, whole, last_hash, broken_at=whole + 1)


UNREADABLE = (ValueError, TypeError, OverflowError, RecursionError)
"""What reading an entry may end in, over which somebody wrote whatever they liked."""


def _hash(site_id: str, number: int, fact: AuditEvent, last_hash: str) -> str:
    fields = [last_hash, site_id, number, _in_utc(fact.at), fact.by_id, fact.action, fact.subject, fact.detail]
    return hashlib.sha256(_canonical(fields).encode()).hexdigest()


@lru_cache(maxsize=64)
def _in_utc(at: datetime) -> str:
    """A moment as the hash tells it; a batch has one."""
    return at.astimezone(UTC).isoformat()
