"""One invented submission, with the answer."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """What the form sent, and whether it is spam. It has the attributes of `moderation.score.Reading`.

    kind: what made it, such as "spam.bet" or "ham.answer"; to leave a kind out, and never a feature.
    """

    body: str
    name: str
    website: str
    thread_title: str
    thread_url: str
    is_spam: bool
    kind: str
    signals: frozenset[str] = frozenset()
    near_copies: int = 0
