"""What can go wrong in the domain. None of these knows HTTP: `service/http/errors.py` gives the status codes."""

from datetime import datetime

from moderation.messages import N_, Message


class ModerationError(Exception):
    """Base of everything the domain raises. Its message is safe to show: no e-mail, body or address in it.

    The one argument is a `Message`, or an English text for operators.
    """

    @property
    def message(self) -> Message:
        """What to show a person."""
        text = self.args[0] if self.args else ""
        return text if isinstance(text, Message) else Message(str(text))


class NotFound(ModerationError):
    """Raised when there is no such thing, or none that this actor may know of."""

    def __init__(self, kind: str, id: str = "") -> None:
        super().__init__(Message(f"not_found.{kind}"))
        self.kind, self.id = kind, id


class Invalid(ModerationError):
    """Raised when one field is wrong; says which, and what would be right."""

    def __init__(self, field: str, problem: Message | str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem if isinstance(problem, Message) else Message(problem)


class AlreadyDecided(ModerationError):
    """Raised when a comment changed since it was read; tells who decided what, and when."""

    def __init__(
        self, comment_id: str, *, revision: int, status: str, action: str, by: str, at: datetime | None
    ) -> None:
        super().__init__(Message(N_("This comment has changed since you read it.")))
        self.comment_id, self.revision, self.status = comment_id, revision, status
        self.action, self.by, self.at = action, by, at


class NothingToUndo(ModerationError):
    """Raised when a decision is not the last one of its comment, was undone before, or is too old."""


class OwnDecision(ModerationError):
    """Raised when a moderator would decide about an appeal against a decision of their own."""


class TooLate(ModerationError):
    """Raised when an author asks for what is not possible any more, such as to edit a comment after an hour."""


class KeyReused(ModerationError):
    """Raised when an idempotency key comes again with another body."""


class StoreBusy(ModerationError):
    """Raised when the database cannot be written now. Nothing was kept; the caller may try again."""

    def __init__(self, problem: str, *, retry_after_s: int = 5) -> None:
        super().__init__(problem)
        self.retry_after_s = retry_after_s


class Overloaded(ModerationError):
    """Raised when too many wait already for something costly. The caller may try again."""

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__("too many wait already")
        self.retry_after_s = retry_after_s


class CannotScore(ModerationError):
    """Raised when the classifier cannot be loaded or fails on a text. Nothing was kept; the caller may try again."""

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__("the classifier gave no score")
        self.retry_after_s = retry_after_s


class BadSetting(ModerationError):
    """Raised when a setting cannot be used: names the variable, its value and what was expected."""
