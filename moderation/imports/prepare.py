"""A comment of another system as one of ours: what can be worked out before the transaction. Pure."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moderation.comment import Comment, Email, Status, Thread
from moderation.ids import new_id
from moderation.imports.items import Gap, ImportedComment, OwnFields, RefusedRow, SourcePage
from moderation.imports.urls import Addresses, Place, web_address
from moderation.listed_words import words_of
from moderation.privacy import mask_address
from moderation.reasons import Reason
from moderation.site import Site
from moderation.store.imports import comment_values
from moderation.store.sealing import Sealer
from moderation.unicode_text import as_name, has_control, is_blank

MAX_NAME, MAX_TITLE, MAX_EMAIL = 245, 500, 254
REMEMBERED = 20_000
"""How many authors are remembered."""

NAMELESS = "Anonymous"
"""Stands for the name of an author who gave none."""

_NOTHING_OWN = OwnFields(revision=0)
_EMAIL = re.compile(r"[^\s@<>()\",;:]+@[^\s@<>()\",;:]+\.[^\s@<>()\",;:]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class Ready:
    """A comment that only needs its thread and its parent. comment: without them; values: to be completed with them.

    source_id: its id there, with its date where the file has the id twice. at: the date that the source gave.
    """

    source_id: str
    item: ImportedComment
    place: Place
    comment: Comment
    values: dict[str, Any]
    at: datetime | None
    email: Email | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preparation:
    """How the comments of one import are prepared. source: the name of the system, or what the operator called it.

    keeps_rejected: whether comments that were rejected at the source are kept too. at: when the import began.
    """

    sealer: Sealer
    site: Site
    source: str
    addresses: Addresses
    keeps_rejected: bool
    at: datetime
    _keys: dict[str, bytes] = field(default_factory=dict, init=False, repr=False)

    def ready(self, item: ImportedComment) -> Ready | Gap | RefusedRow:
        """The comment as it will be stored, or what becomes of it instead."""
        if not item.id:
            return RefusedRow("", item.place, "id_missing")
        if item.status is Status.REJECTED and not self.keeps_rejected:
            return Gap(item.id, item.place, item.parent, "rejected")
        place = self.addresses.place_of(item.page)
        if place is None or not _is_printable(place.key):
            return RefusedRow(item.id, item.place, "page_missing")
        body = storable(item.body)
        if not _shows(body):
            return Gap(item.id, item.place, item.parent, "empty")
        return self._ready(item, place, body)

    def values(self, comment: Comment, email: Email | None, author: str) -> dict[str, Any]:
        """The columns of a comment, its author's address sealed. Without an address an author is only known by the
        source's id of them, and without that not at all: all the anonymous are not one author."""
        sealer = self.sealer
        if email:
            author_key = self._key_of(email)
        elif author:
            author_key = sealer.find_key("author", self.source, author)
        else:
            author_key = sealer.find_key("no author", comment.id)
        return comment_values(
            comment,
            email_sealed=sealer.seal(email.reveal().encode(), about=comment.id) if email else None,
            email_key=author_key,
            domain_key=sealer.domain_key(email) if email else None,
            text_key=sealer.find_key("text", words_of(comment.body)),
        )

    def _key_of(self, email: Email) -> bytes:
        """The look-up key of an address; that of an author who wrote often is worked out once."""
        address = email.reveal()
        if address not in self._keys:
            if len(self._keys) >= REMEMBERED:
                self._keys.clear()
            self._keys[address] = self.sealer.email_key(email)
        return self._keys[address]

    def _ready(self, item: ImportedComment, place: Place, body: str) -> Ready:
        at = item.at if item.at and item.at <= self.at else None
        own, received_at = item.own or _NOTHING_OWN, at or self.at
        email, website = _usable(item.email), web_address(storable(item.website))
        comment = Comment(
            id=item.id if item.own else new_id("cmt", at=received_at),
            site_id=self.site.id,
            thread=Thread("", self.site.id, place.key),
            name=self._name(item),
            website=website,
            body=body,
            status=item.status,
            revision=own.revision,
            received_at=received_at,
            masked_address=mask_address(item.address.partition("/")[0].strip()),
            reason=_reason(item),
            decided_at=_decided_at(item, received_at),
            signals=own.signals,
            scored_at=own.scored_at,
            attempts=own.attempts,
            near_copies=own.near_copies,
            spam=own.spam,
            abuse=own.abuse,
            edited_at=own.edited_at,
            public_body=own.public_body,
        )
        values = self.values(comment, email, item.author)
        notes = (*item.notes, *_notes(item, at, email, website))
        return Ready(item.id, item, place, comment, values, at, email, notes)

    def _name(self, item: ImportedComment) -> str:
        name = as_name(" ".join(storable(item.name).split()))
        if not name.isprintable():
            name = "".join(each for each in name if not has_control(each)).strip()
        if not _shows(name):
            return self.site.name if item.is_by_site else NAMELESS
        return name[:MAX_NAME]


def _shows(text: str) -> bool:
    """Whether something of the text shows; most texts begin with a letter."""
    return (text[:1].isascii() and text[:1].isalnum()) or not is_blank(text)


def _is_printable(key: str) -> bool:
    return _shows(key) and (key.isprintable() or not has_control(key))


def storable(text: str) -> str:
    """The text without what no database stores, and with one kind of line end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("", text)


def title_of(page: SourcePage) -> str:
    """The title of a page as a thread has it: one line of at most 500 characters."""
    return " ".join(storable(page.title).split())[:MAX_TITLE]


def _usable(email: Email | None) -> Email | None:
    if email is None:
        return None
    address = storable(email.reveal()).strip()
    return Email(address) if _EMAIL.fullmatch(address) and len(address) <= MAX_EMAIL else None


def _reason(item: ImportedComment) -> str:
    if item.own or item.status is Status.PENDING:
        return item.reason.value if item.reason else ""
    return (item.reason or Reason.IMPORTED).value


def _decided_at(item: ImportedComment, at: datetime) -> datetime | None:
    if item.own:
        return item.own.decided_at
    return None if item.status is Status.PENDING else at


def _notes(item: ImportedComment, at: datetime | None, email: Email | None, website: str) -> list[str]:
    found = []
    if at is None:
        found.append("date_unknown")
    if item.email is not None and email is None:
        found.append("email_unusable")
    if item.website and not website and item.website.strip().lower() not in {"", "http://", "https://"}:
        found.append("website_unusable")
    if len(item.name) > MAX_NAME:
        found.append("name_cut")
    return found
