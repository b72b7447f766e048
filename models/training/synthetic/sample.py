"""A generated submission with its label."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """The fields of a submission (see `models.features.submission.SubmissionFields`) and whether it is spam.

    kind: the generator's kind, such as "spam.bet" or "ham.answer". For ablations; never a feature.
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
