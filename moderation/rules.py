"""The rules that need no classifier: each looks at a comment and its history, and matches at most once.

To add a rule: a function here and its name in RULES; a field of `Policy` (policy.py), of its schema
(`service/schemas/policy.py`) and of its stored form (`moderation/store/sites.py`); a text "rule.NAME" in
`moderation/messages/texts.py`; a reason (reasons.py) if none fits; a row in docs/policies.md.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from moderation.actions import Action
from moderation.closing import is_closed
from moderation.comment import Comment
from moderation.links import count_links
from moderation.listed_words import Said
from moderation.messages import Message
from moderation.policy import Policy, RuleMatch, WordRule
from moderation.reasons import Reason
from moderation.sender_rule import SenderKind, SenderRule
from moderation.traps import telling

SHORT = 32
"""Up to how many letters a text without a link is a short reply, which several people write alike."""

MANY_AT_ONCE = 5
"""From how many within an hour on it is no chance."""


@dataclass(frozen=True, slots=True)
class History:
    """What the site knows about the author and the text of one comment, itself not counted.

    approved, rejected: how many comments of this author stand so. same_text: how many came with exactly this text
    within a week; own_text: those of them by this author; same_text_now: those of the last hour.
    Each is 0 to 100; 100 means "many". spam_copies: how many near copies moderators rejected as spam lately, where
    none was approved. sender: what moderators decided about whoever sent it.
    """

    approved: int = 0
    rejected: int = 0
    same_text: int = 0
    own_text: int = 0
    same_text_now: int = 0
    spam_copies: int = 0
    sender: SenderRule | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether moderators trust the author."""
        return self.sender is not None and self.sender.kind is SenderKind.TRUST


@dataclass(frozen=True, slots=True)
class WordSearch:
    """What the words of sites' policies found in comments: the search takes long, and needs nothing but the policy.

    words: by site, those that were searched for. found: by comment id.
    """

    words: Mapping[str, tuple[WordRule, ...]]
    found: Mapping[str, RuleMatch | None]

    @classmethod
    def of(cls, comments: Sequence[Comment], policies: Mapping[str, Policy]) -> "WordSearch":
        """Search comments for the words of their sites' policies, which are by site id."""
        words = {site_id: policy.words for site_id, policy in policies.items()}
        return cls(words, {each.id: find_words(each, words[each.site_id]) for each in comments})

    def again(self, comments: Sequence[Comment], policies: Mapping[str, Policy]) -> "WordSearch":
        """The same under these policies. Only comments of sites whose words have changed are searched again."""
        unchanged = {site_id for site_id, policy in policies.items() if self.words.get(site_id) == policy.words}
        changed = WordSearch.of([each for each in comments if each.site_id not in unchanged], policies)
        return WordSearch(changed.words, {**self.found, **changed.found})


def matches(comment: Comment, history: History, policy: Policy, search: WordSearch | None = None) -> list[RuleMatch]:
    """Every rule that matches this comment, in the order in which moderators read them.

    search: what the policy's words found in it, if they were searched for before.
    """
    found = (
        search.found[comment.id] if search and rule is listed_words else rule(comment, history, policy)
        for rule in RULES
    )
    return [match for match in found if match is not None]


def sender(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """What moderators decided about the author, the mail domain, the network or the campaign."""
    rule = history.sender
    return RuleMatch(rule.kind.action, rule.kind.reason, rule.message) if rule else None


def copies_of_spam(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """Nearly the text of what moderators rejected as spam: it waits with that suggestion, whatever its score."""
    if not history.spam_copies:
        return None
    return RuleMatch(Action.HOLD, Reason.SPAM, Message("rule.copies_of_spam", {"n": history.spam_copies}))


def closed_thread(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """Comments on a page that was closed before they came."""
    if not is_closed(comment.thread, policy, at=comment.received_at):
        return None
    by_hand = comment.thread.closed_at is not None and comment.thread.closed_at <= comment.received_at
    if policy.close_days is not None and not by_hand:
        why = Message("rule.closed_by_age", {"n": policy.close_days})
    else:
        why = Message("rule.closed_thread")
    return RuleMatch(policy.closed_threads, Reason.CLOSED_THREAD, why)


def listed_words(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """The site's own words and phrases: whole words or patterns, in time linear in the text."""
    return find_words(comment, policy.words)


def find_words(comment: Comment, words: Sequence[WordRule]) -> RuleMatch | None:
    """What the first of these words says that is in the comment; one that rejects comes before those that hold."""
    if not words:
        return None
    said = Said.of((comment.name, comment.website, comment.body))
    found = [rule for rule in words if said.has(rule.phrase)]
    if not found:
        return None
    worst = max(found, key=lambda rule: rule.action is Action.REJECT)
    return RuleMatch(worst.action, Reason.WORDS, Message("rule.words", {"phrase": worst.phrase}))


def many_links(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """Too many links in the text."""
    if policy.hold_links is None:
        return None
    count = count_links(comment.body)
    if count < policy.hold_links:
        return None
    detail = Message("rule.links", {"n": count, "limit": policy.hold_links})
    return RuleMatch(Action.HOLD, Reason.LINKS, detail)


def sprung_traps(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """What the form noticed."""
    sprung = sorted(telling(comment.signals))
    if not (policy.hold_traps and sprung):
        return None
    return RuleMatch(Action.HOLD, Reason.FORM_TRAP, Message("rule.signals", {"signal": sprung}))


def no_proof(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """Sent in a flood, without the proof of work that the site asks for then."""
    if "no_proof" not in comment.signals:
        return None
    return RuleMatch(Action.HOLD, Reason.NO_PROOF, Message("rule.signals", {"signal": ["no_proof"]}))


def same_text(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """Text that was sent before, exactly or nearly.

    "Thanks!" and "Same here." are what different people write; they count from the same author, or when many come at
    once.
    """
    copies = max(history.same_text, comment.near_copies)
    if not (policy.hold_duplicates and copies):
        return None
    if _is_short(comment) and not history.own_text and history.same_text_now < MANY_AT_ONCE:
        return None
    return RuleMatch(Action.HOLD, Reason.DUPLICATE, Message("rule.copies", {"n": copies}))


def first_comment(comment: Comment, history: History, policy: Policy) -> RuleMatch | None:
    """An author of whom nothing has been approved yet."""
    if not policy.hold_first_comment or history.approved or history.is_trusted:
        return None
    return RuleMatch(Action.HOLD, Reason.FIRST_COMMENT, Message("rule.first_comment"))


def _is_short(comment: Comment) -> bool:
    """Whether people write this text by chance. An ideograph is as wide as two letters, and says as much."""
    body = comment.body.strip()
    if comment.website or len(body) > SHORT or count_links(body):
        return False
    return sum(1 + (east_asian_width(letter) in "WF") for letter in body) <= SHORT


Rule = Callable[[Comment, History, Policy], RuleMatch | None]

RULES: tuple[Rule, ...] = (
    sender,
    copies_of_spam,
    closed_thread,
    listed_words,
    many_links,
    sprung_traps,
    same_text,
    no_proof,
    first_comment,
)
