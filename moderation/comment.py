"""A comment, its author and its thread, and what arrived before there was one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moderation.follows import Follow
from moderation.messages import SOURCE_LANGUAGE
from moderation.score import Score, ScoringInput
from moderation.unicode_text import comparable, comparable_domain


class Status(StrEnum):
    """The three statuses. Spam is a reason for rejecting, not a status."""

    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


STATUSES = tuple(status.value for status in Status)
"""Their names, as the store keeps them."""


class Email:
    """An e-mail address that does not leak by habit.

    Not a `str`: it cannot be printed, formatted, serialised or logged by accident. `reveal()` is the only way out,
    so every place that shows an address can be found by searching for that word.
    """

    __slots__ = ("_address",)

    def __init__(self, address: str) -> None:
        self._address = address

    def reveal(self) -> str:
        """The address as it was given."""
        return self._address

    @property
    def canonical(self) -> str:
        """The form that look-ups use, one for every way to write the address: see `unicode_text`."""
        local, at, domain = self._address.strip().rpartition("@")
        return f"{comparable(local)}{at}{comparable_domain(domain)}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Email) and other.canonical == self.canonical

    def __hash__(self) -> int:
        return hash(self.canonical)

    def __repr__(self) -> str:
        return "Email(…)"

    def __format__(self, spec: str) -> str:
        return "Email(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("An Email is never serialised: seal it in the store instead.")


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """The thread that a submission names. key: 1 to 500 characters, the site's own name for the page.

    problems: which of these fields had to be cut or left out (`moderation/page_problems.py`).
    """

    key: str
    url: str = ""
    title: str = ""
    problems: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Submission:
    """The text and fields as they arrived, checked for form but not yet a comment.

    follow: what the author wants mail about, in this language.
    """

    name: str
    email: Email
    body: str
    thread: ThreadRef
    website: str = ""
    parent: str = ""
    follow: frozenset[Follow] = frozenset()
    language: str = SOURCE_LANGUAGE


@dataclass(frozen=True, slots=True)
class SubmissionMetadata:
    """How a submission came in.

    address: the author's IP as text, "" when unknown; it is never stored whole.
    idempotency_key: what the sender chose so that it may safely ask again, "" for none.
    sender: who chose it, a network or the id of a key. Another sender's key is another one, whatever it says.
    form_token, trap_field: what the form's hidden fields held (see `moderation/traps.py`).
    from_form: True for a form post of a browser, which has a token unless its page had no JavaScript.
    lacks_proof: whether it came in a flood without the proof of work that its site asks for then.
    """

    address: str = ""
    idempotency_key: str = ""
    sender: str = ""
    form_token: str = ""
    trap_field: str = ""
    from_form: bool = False
    lacks_proof: bool = False


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments under one page. version grows whenever what the public sees of it changes.

    changed_at: when that was last, or its page's address or title changed; None before its first published comment.
    created_at: when its first comment was written, or it was closed or described before that; it stays when that
    comment goes. kept_open: moderators opened it, so its age does not close it (`moderation/closing.py`).
    """

    id: str
    site_id: str
    key: str
    url: str = ""
    title: str = ""
    version: int = 0
    closed_at: datetime | None = None
    changed_at: datetime | None = None
    created_at: datetime | None = None
    kept_open: bool = False


STRIKES = 3
"""A text with which the classifier died more often is never given to it again."""


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as the moderators know it. It has no e-mail: the store reveals that on its own, and says so.

    near_copies: how many of nearly this text came before it. campaign: the id of the first of them, which may be its
    own; "" as long as there is no copy.
    edited_at: when the author changed the text last. public_body: what readers see instead of the body: the text
    before an edit that waits, "" where the author withdrew it; None for no difference.
    """

    id: str
    site_id: str
    thread: Thread
    name: str
    website: str
    body: str
    status: Status
    revision: int
    received_at: datetime
    parent_id: str = ""
    masked_address: str = ""
    signals: frozenset[str] = frozenset()
    reason: str = ""
    decided_at: datetime | None = None
    scored_at: datetime | None = None
    attempts: int = 0
    near_copies: int = 0
    campaign: str = ""
    spam: float | None = None
    abuse: float | None = None
    edited_at: datetime | None = None
    public_body: str | None = None
    score: Score | None = field(default=None, compare=False)

    def reading(self) -> ScoringInput:
        """What a classifier may see of it."""
        return ScoringInput(
            body=self.body,
            name=self.name,
            website=self.website,
            thread_title=self.thread.title,
            thread_url=self.thread.url,
            signals=self.signals,
            near_copies=self.near_copies,
        )


@dataclass(frozen=True, slots=True)
class PublicComment:
    """One approved comment as anybody may read it. It has no field for an e-mail, so none can be in it.

    depth: 0 for a comment on the page itself, 1 for a reply to it, and so on.
    parent: the id of the comment it answers, "" when it answers none that is public.
    is_withdrawn: whether its author withdrew it; then nothing is left of it but its place, for the replies.
    by_site: whether it is an answer of the site's own.
    """

    id: str
    name: str
    website: str
    body: str
    at: datetime
    parent: str = ""
    depth: int = 0
    is_withdrawn: bool = False
    by_site: bool = False
