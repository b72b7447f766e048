"""What the dashboard says in words: probabilities, times, statuses, reasons and signals. Pure."""

from datetime import datetime, timedelta

from moderation.decision import Action, Decision, Reason, known_reason
from moderation.queue import AuthorRecord
from moderation.traps import SIGNALS

NO_BREAK = "\N{NO-BREAK SPACE}"

REASON_NAMES = {
    Reason.CLEAN: "Nothing against it",
    Reason.UNSURE: "People decide here",
    Reason.SPAM: "Spam",
    Reason.ABUSE: "Abuse",
    Reason.INSULT: "Insult",
    Reason.THREAT: "Threat",
    Reason.OBSCENE: "Obscene",
    Reason.IDENTITY_ATTACK: "Identity attack",
    Reason.LINKS: "Many links",
    Reason.WORDS: "Listed words",
    Reason.FIRST_COMMENT: "First comment",
    Reason.CLOSED_THREAD: "Closed page",
    Reason.FORM_TRAP: "Form trap",
    Reason.DUPLICATE: "Duplicate",
    Reason.LANGUAGE: "Unfamiliar language",
    Reason.NOT_SCORED: "Not scored",
    Reason.OFF_TOPIC: "Off topic",
    Reason.PERSONAL_DATA: "Personal data",
    Reason.ILLEGAL: "Against the law",
    Reason.OTHER: "Another reason",
    Reason.UNDONE: "Taken back",
}
"""Each reason in a moderator's few words; what an author reads is in `decision.PUBLIC_REASONS`."""

FIELD_NAMES = {
    "author": "Author",
    "cursor": "Page",
    "note": "Note",
    "order": "Order",
    "reason": "Reason",
    "site": "Site",
    "status": "Status",
    "text": "Text",
    "thread": "Page key",
}
"""The fields that a moderator knows, in words; what only forms carry has no name."""

_DONE = {Action.APPROVE: "Approved", Action.HOLD: "Held", Action.REJECT: "Rejected", Action.UNDO: "Taken back"}

_LIKELIHOODS = (
    (0.98, "Almost certainly {noun}"),
    (0.90, "Very likely {noun}"),
    (0.65, "Likely {noun}"),
    (0.35, "Possibly {noun}"),
    (0.10, "Probably not {noun}"),
    (0.02, "{Noun} unlikely"),
    (0.00, "{Noun} very unlikely"),
)

_STEPS = ((60, "second"), (60, "minute"), (24, "hour"), (30, "day"), (12, "month"))


def likelihood(noun: str, probability: float) -> str:
    """A probability in [0, 1] in words and in percent: "Very likely spam — 97 %"."""
    phrase = next(words for bound, words in _LIKELIHOODS if probability >= bound)
    return f"{phrase.format(noun=noun, Noun=noun.capitalize())} — {percent(probability)}"


def percent(probability: float) -> str:
    """Whole percent; never 0 or 100, which nobody can know."""
    whole = round(probability * 100)
    if whole < 1:
        return f"under 1{NO_BREAK}%"
    return f"over 99{NO_BREAK}%" if whole > 99 else f"{whole}{NO_BREAK}%"


def language_words(code: str) -> str:
    """A score's language: "language: cy", and for "und" that it is not known."""
    return "language not known" if code == "und" else f"language: {code}"


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: "just now", "3 minutes ago", "2 years ago"."""
    amount = (now - then) // timedelta(seconds=1)
    if amount < 10:
        return "just now"
    for size, unit in _STEPS:
        if amount < size:
            return f"{counted(amount, unit)} ago"
        amount //= size
    return f"{counted(amount, 'year')} ago"


def exactly(then: datetime) -> str:
    """A time to the minute: "23 Nov 2026, 14:05 UTC"."""
    return f"{then.day} {then:%b %Y, %H:%M} UTC"


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 comment", "2 comments"."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def signal_sentence(signal: str) -> str:
    """A signal as a sentence."""
    said = SIGNALS.get(signal, signal.replace("_", " "))
    return f"{said[0].upper()}{said[1:]}."


def reason_name(text: str) -> str:
    """A reason's few words; one that only another version knows is another reason."""
    return REASON_NAMES[known_reason(text) or Reason.OTHER] if text else ""


def problem_sentence(field: str, problem: str) -> str:
    """What is wrong with a form, with the field's name where the page shows one: "Note: has 2001 characters; …"."""
    name = FIELD_NAMES.get(field)
    return f"{name}: {problem}" if name else problem[:1].upper() + problem[1:]


def decision_sentence(decision: Decision) -> str:
    """What was done, by whom, and why: "Rejected by Mina: Spam"."""
    said = f"{_DONE[decision.action]} by {decision.by.name}"
    if decision.action is Action.UNDO or decision.reason is Reason.CLEAN:
        return said
    return f"{said}: {REASON_NAMES[decision.reason]}"


def record_sentence(record: AuthorRecord, status: str) -> str:
    """What else this author wrote, the comment in hand (which has `status`) not counted."""
    counts = {"approved": record.approved, "rejected": record.rejected, "pending": record.pending}
    counts[status] -= 1
    told = [f"{count:,} {name}" for name, count in counts.items() if count > 0]
    return f"{', '.join(told)} besides this one" if told else "Nothing else from this author yet"
