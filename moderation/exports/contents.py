"""What an export is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from moderation.closing import is_closed
from moderation.comment import Comment, Email, Thread
from moderation.decision import Decision
from moderation.edits import Edit
from moderation.site import Site


@dataclass(frozen=True, slots=True)
class ExportedComment:
    """A comment with its score, its decisions and edits, oldest first, and its author's e-mail address.

    email: None where it was erased, where there never was one, and where it was not asked for.
    """

    comment: Comment
    email: Email | None = None
    decisions: tuple[Decision, ...] = ()
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class ExportedThread:
    """A thread with the keys that it had before it was moved, or that were those of threads merged into it."""

    thread: Thread
    old_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """A site as an export writes it, read while it is written; erased comments are left out.

    comments: all, oldest first. in_thread: those of a thread, by its id, without their scores and decisions.
    at: when it was read.
    """

    site: Site
    threads: Iterable[ExportedThread]
    comments: Iterable[ExportedComment]
    in_thread: Callable[[str], Iterable[ExportedComment]]
    at: datetime

    def is_closed(self, thread: Thread) -> bool:
        """Whether a page takes no more comments, for formats that know only yes and no."""
        return is_closed(thread, self.site.policy, at=self.at)
