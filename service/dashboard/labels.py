"""What the dashboard says in words: probabilities, times, statuses, reasons and signals, in the reader's language."""

from datetime import datetime, timedelta

from moderation.comment import Status
from moderation.decided_by import AUTHOR, POLICY, DecidedBy
from moderation.decision import Decision
from moderation.messages import N_, Message, Plural
from moderation.outbox.delivery import DeliveryStatus
from moderation.queue import AuthorRecord, Count
from moderation.reasons import GIVEN_REASONS, Reason, reason_named
from moderation.sender_rule import SenderKind, SenderRule
from service.http.language import _, ngettext, text_of, translator

FIELD_NAMES = {
    "answer": N_("Answer"),
    "author": N_("Author"),
    "cursor": N_("Page"),
    "days": N_("Days"),
    "events": N_("Events"),
    "file": N_("File"),
    "map": N_("Pages"),
    "note": N_("Note"),
    "order": N_("Order"),
    "origin": N_("Origin"),
    "reason": N_("Reason"),
    "role": N_("Role"),
    "scope": N_("Scope"),
    "secret": N_("Signing secret"),
    "site": N_("Site"),
    "status": N_("Status"),
    "text": N_("Text"),
    "thread": N_("Page key"),
    "url": N_("URL"),
    "spam_days": N_("Comments rejected as spam"),
    "rejected_days": N_("Comments rejected for another reason"),
    "email_days": N_("Email addresses of published comments"),
    "network_days": N_("Masked networks of all comments"),
    "delivery_days": N_("Webhooks and mails with their attempts"),
}
"""The fields that a moderator knows; what only forms carry has no name."""

_LIKELIHOODS = (
    (0.98, N_("Almost certainly %(label)s — %(percent)s")),
    (0.90, N_("Very likely %(label)s — %(percent)s")),
    (0.65, N_("Likely %(label)s — %(percent)s")),
    (0.35, N_("Possibly %(label)s — %(percent)s")),
    (0.10, N_("Probably not %(label)s — %(percent)s")),
    (0.02, N_("Unlikely to be %(label)s — %(percent)s")),
    (0.00, N_("Very unlikely to be %(label)s — %(percent)s")),
)

_STEPS = (
    (60, Plural("%(n)s second ago", "%(n)s seconds ago")),
    (60, Plural("%(n)s minute ago", "%(n)s minutes ago")),
    (24, Plural("%(n)s hour ago", "%(n)s hours ago")),
    (30, Plural("%(n)s day ago", "%(n)s days ago")),
    (12, Plural("%(n)s month ago", "%(n)s months ago")),
)
_YEARS = Plural("%(n)s year ago", "%(n)s years ago")


def likelihood(label: str, probability: float) -> str:
    """A label's probability in [0, 1] in words and in percent: "Very likely spam — 97%"."""
    text = next(text for bound, text in _LIKELIHOODS if probability >= bound)
    return text_of(Message(text, {"label": label, "percent": percent(probability)}))


def percent(probability: float) -> str:
    """Whole percent; never 0 or 100, which nobody can know."""
    whole = round(probability * 100)
    if whole < 1:
        return _("under %(n)s%%", n=1)
    return _("over %(n)s%%", n=99) if whole > 99 else _("%(n)s%%", n=whole)


def signed(weight: float) -> str:
    """A weight with its sign and one decimal: "+2.1", "−0.4"."""
    number = translator().number(abs(weight), digits=1)
    return f"{'+' if weight > 0 else MINUS}{number}"


MINUS = "\N{MINUS SIGN}"


def label_name(label: str) -> str:
    """A label of the classifier in words."""
    return text_of(Message(N_("%(label)s"), {"label": label}))


def language_words(code: str) -> str:
    """A score's language: "language: cy", and for "und" that it is not known."""
    return _("language not known") if code == "und" else _("language: %(language)s", language=code)


def ago(then: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that fits: "just now", "3 minutes ago", "2 years ago"."""
    amount = (now - then) // timedelta(seconds=1)
    if amount < 10:
        return _("just now")
    for size, text in _STEPS:
        if amount < size:
            return ngettext(*text, amount)
        amount //= size
    return ngettext(*_YEARS, amount)


def signal_name(signal: str) -> str:
    """What a form's trap noticed, in words."""
    return text_of(Message("rule.signals", {"signal": signal}))


def status_name(status: Status) -> str:
    """A status in words, in lower case: "pending"."""
    return text_of(Message(f"status.{status.value}"))


def delivery_status(status: DeliveryStatus) -> str:
    """A delivery's status in words."""
    return text_of(Message(f"delivery.{status.value}"))


def field_name(field: str) -> str:
    """A field of a comment in words, in lower case."""
    return text_of(Message(f"field.{field}"))


def reason_name(reason: str) -> str:
    """A reason's few words; "" for none."""
    return _(reason_named(reason).spec.name) if reason else ""


def reason_names() -> dict[Reason, str]:
    """Every reason that a comment may have, with its few words."""
    return {reason: _(reason.spec.name) for reason in GIVEN_REASONS}


def problem_sentence(field: str, problem: Message) -> str:
    """What is wrong with a form, with the field's name where the page shows one: "Note: has 2,001 characters; …"."""
    name, text = FIELD_NAMES.get(field), text_of(problem)
    return _("%(field)s: %(problem)s", field=_(name), problem=text) if name else text[:1].upper() + text[1:]


def by_name(by: DecidedBy) -> str:
    """Who decided, for people."""
    return text_of(Message(f"by.{by.name}")) if by in (POLICY, AUTHOR) else by.name


def decision_sentence(decision: Decision) -> str:
    """What was decided, by whom, and why: "Rejected by Mina: Spam"."""
    done = _(decision.action.spec.done_by, by=by_name(decision.by))
    if decision.reason in _SAYS_NOTHING:
        return done
    return _("%(decision)s: %(reason)s", decision=done, reason=_(decision.reason.spec.name))


_SAYS_NOTHING = frozenset((Reason.CLEAN, Reason.UNDONE, Reason.EDITED, Reason.WITHDRAWN))
"""The reasons that tell no more than the action does."""


def record_sentence(record: AuthorRecord, status: str) -> str:
    """What else this author wrote, the comment in hand (which has `status`) not counted."""
    counts = {"approved": record.approved, "rejected": record.rejected, "pending": record.pending}
    counts[status] -= 1
    said = [counted(status, count) for status, count in counts.items() if count > 0]
    if not said:
        return _("Nothing else from this author yet")
    return _("%(counts)s besides this one", counts=translator().pgettext("list separator", ", ").join(said))


def counted(status: str, count: int) -> str:
    """So many comments of a status: "3 approved"."""
    match status:
        case "approved":
            return ngettext("%(n)s approved", "%(n)s approved", count)
        case "rejected":
            return ngettext("%(n)s rejected", "%(n)s rejected", count)
    return ngettext("%(n)s pending", "%(n)s pending", count)


def tab_count(count: Count) -> dict[str, str]:
    """A count for a tab. text: short and rounded down, such as "1.2k"; title: the whole count where it differs."""
    number, more = translator().number, "+" if count.is_more else ""
    exact = number(count.number) + more
    if count.number < 1_000:
        return {"text": exact, "title": ""}
    thousands, hundreds = divmod(count.number // 100, 10)
    short = number(thousands + hundreds / 10, 1) if thousands < 10 and hundreds else number(thousands)
    return {"text": _("%(n)sk", n=short) + more, "title": exact}


def effect_of(rule: SenderRule) -> str:
    """What a rule about a sender does, in a sentence without a full stop."""
    return _(_EFFECTS[rule.kind], label=rule.label or _("an author whose comment was erased"))


_EFFECTS = {
    SenderKind.TRUST: N_("Comments of %(label)s are published where nothing speaks against them"),
    SenderKind.MUTE: N_("Comments of %(label)s are rejected"),
    SenderKind.ADDRESS: N_("Comments from the email address of %(label)s are rejected"),
    SenderKind.DOMAIN: N_("Comments from the mail domain of %(label)s are rejected"),
    SenderKind.NETWORK: N_("Comments from %(label)s are rejected"),
    SenderKind.CAMPAIGN: N_("Comments with nearly the text of %(label)s are rejected"),
}
