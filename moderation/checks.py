"""Checks: a text is scored and judged at once for somebody else's comment system. It never becomes a comment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from moderation.comment import Comment, Submission, SubmissionMetadata, Thread
from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.intake import form_token_of, pending_comment
from moderation.near_duplicates import Sketch, count_copies
from moderation.policy import RuleMatch
from moderation.rules import words_of
from moderation.score import Score, ScoringInput
from moderation.site import Site
from moderation.store import Store, UnitOfWork
from moderation.store.checks import CheckDigests, NewCheck
from moderation.store.sealing import Sealer
from moderation.triage import Scored, judge, latest_seen


class Correction(StrEnum):
    """What a checked text was in truth. HAM: not spam; FINE: neither spam nor abusive."""

    SPAM = "spam"
    HAM = "ham"
    ABUSIVE = "abusive"
    FINE = "fine"


class Classifier(Protocol):
    """What scores a check. Both methods raise CannotScore."""

    def sketch(self, body: str) -> Sketch:
        """The sketch of a text, by which near copies are found."""

    def score(self, comment: ScoringInput) -> Score:
        """The probabilities of a text, with their evidence."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a check. id: None when nothing was kept."""

    id: str | None
    score: Score
    match: RuleMatch
    near_copies: int


def check(
    store: Store,
    classifier: Classifier,
    site: Site,
    submission: Submission,
    arrival: SubmissionMetadata,
    *,
    keep: bool = True,
    is_again: bool = False,
    at: datetime,
) -> Verdict:
    """Score a text and judge it by the site's policy. When this returns, what is kept of it is on disk.

    submission: its e-mail address may be empty. arrival: `sender` is the id of the key. keep: False keeps nothing,
    not even a sketch, so later copies are not noticed and the check cannot be corrected. is_again: the sender asks
    once more about the same text by the same author; it is no copy of itself, and the earlier check stays as it is.
    Raises CannotScore, StoreBusy.
    """
    comment = _comment(store.sealer, site, submission, arrival, at=at)
    digests = _digests(store.sealer, submission, comment.id)
    sketch = classifier.sketch(comment.body)
    with store.read() as uow:
        earlier = uow.checks.earlier(site.id, digests.content_key) if is_again else None
        copies = count_copies({comment.id: sketch}, uow.sketches.seen(site.id, sketch.passages))[comment.id]
        history = uow.checks.history(site.id, digests, without_same=earlier is not None, at=at)
    comment = replace(comment, near_copies=copies if earlier is None else earlier.near_copies)
    score = classifier.score(comment.reading())
    match = judge(Scored(comment, score), history, site.policy)
    if earlier is not None:
        return Verdict(earlier.id, score, match, comment.near_copies)
    if keep:
        store.write_together(_keep, _Judged(NewCheck(comment, digests, score, match, arrival.sender), sketch))
    return Verdict(comment.id if keep else None, score, match, comment.near_copies)


def correct(
    uow: UnitOfWork, check_id: str, correction: Correction, *, sites: Sequence[str], by_id: str, at: datetime
) -> None:
    """Say what a checked text was in truth; the last correction counts. sites: those of which the caller may know.

    Raises NotFound.
    """
    if not uow.checks.correct(check_id, correction.value, sites=sites, by_id=by_id, at=at):
        raise NotFound("check", check_id)


def content_key(sealer: Sealer, submission: Submission) -> bytes:
    """By what a check is found again from its text and its author."""
    return sealer.find_key("check", submission.name, submission.email.canonical, submission.body)


@dataclass(frozen=True, slots=True)
class _Judged:
    """A check to keep, with the sketch of its text."""

    new: NewCheck
    sketch: Sketch


def _comment(
    sealer: Sealer, site: Site, submission: Submission, arrival: SubmissionMetadata, *, at: datetime
) -> Comment:
    """The text as the rules and the classifier read one."""
    token, page = form_token_of(sealer, site, submission, arrival), submission.thread
    comment = pending_comment(new_id("chk", at=at), site, submission, arrival, token, at=at)
    return replace(comment, thread=Thread(id="", site_id=site.id, key=page.key, url=page.url, title=page.title))


def _digests(sealer: Sealer, submission: Submission, check_id: str) -> CheckDigests:
    address = submission.email.reveal()
    return CheckDigests(
        email_sealed=sealer.seal(address.encode(), about=check_id) if address else None,
        email_key=sealer.email_key(submission.email) if address else None,
        text_key=sealer.find_key("text", words_of(submission.body)),
        content_key=content_key(sealer, submission),
    )


def _keep(uow: UnitOfWork, group: Sequence[_Judged]) -> list[None]:
    """Write a group of checks, and the sketches of their texts."""
    comments = [each.new.comment for each in group]
    uow.checks.add([each.new for each in group])
    latest = latest_seen(comments, {each.new.comment.id: each.sketch for each in group})
    for site_id in sorted(latest):
        uow.sketches.keep(site_id, latest[site_id], at=comments[0].received_at)
    return [None] * len(group)
