"""Checks: a text is scored and judged at once for somebody else's comment system. It never becomes a comment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any, Protocol

from moderation.comment import Comment, Submission, SubmissionMetadata, Thread
from moderation.errors import NotFound
from moderation.ids import new_id
from moderation.intake import form_token_of, pending_comment
from moderation.lessons import Author, NewLesson, verdict_of_correction
from moderation.listed_words import words_of
from moderation.near_duplicates import Copies, Sketch, find_copies
from moderation.policy import RuleMatch
from moderation.score import Score, ScoringInput
from moderation.site import Site
from moderation.store import Store, UnitOfWork
from moderation.store.checks import CheckDigests, NewCheck, Wanted
from moderation.store.lessons import author_of
from moderation.store.sealing import Sealer
from moderation.triage import Scored, judge, latest_seen


class Correction(StrEnum):
    """What a checked text was in truth. HAM: not spam; FINE: neither spam nor abusive."""

    SPAM = "spam"
    HAM = "ham"
    ABUSIVE = "abusive"
    FINE = "fine"


class Classifier(Protocol):
    """What scores checks. All methods raise CannotScore."""

    def sketch_many(self, bodies: Sequence[str]) -> list[Sketch]:
        """The sketches of texts, by which near copies are found."""

    def site_models(self, uow: UnitOfWork, site_ids: Sequence[str]) -> Sequence[Any]:
        """For each of these sites its own model, to be given to `score_many`; None where it has none."""

    def score_many(
        self,
        comments: Sequence[ScoringInput],
        *,
        with_evidence: bool = True,
        site_models: Sequence[Any] = (),
        authors: Sequence[Author] = (),
    ) -> list[Score]:
        """The probabilities of texts, with what moved them. authors: who wrote each of them."""


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """A text to check. submission: its e-mail address may be empty. arrival: `sender` is the id of the key.

    keep: False keeps nothing, not even a sketch, so later copies are not noticed and the check cannot be corrected.
    is_again: the sender asks once more about the same text by the same author; it is no copy of itself, and the
    earlier check stays as it is. with_evidence: False where nobody reads the evidence, which takes time.
    """

    site: Site
    submission: Submission
    arrival: SubmissionMetadata
    at: datetime
    keep: bool = True
    is_again: bool = False
    with_evidence: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to a check. id: None when nothing was kept."""

    id: str | None
    score: Score
    match: RuleMatch
    near_copies: int


def check(store: Store, classifier: Classifier, request: CheckRequest) -> Verdict:
    """Check one text, as `check_many` does."""
    return check_many(store, classifier, [request])[0]


def check_many(store: Store, classifier: Classifier, requests: Sequence[CheckRequest]) -> list[Verdict]:
    """Score texts and judge each by its site's policy; together that costs much less than one by one.

    When this returns, what is kept of them is on disk. Raises CannotScore, StoreBusy; nothing is kept then.
    """
    texts = [_prepared(store.sealer, request) for request in requests]
    sketches = dict(zip([t.id for t in texts], classifier.sketch_many([t.comment.body for t in texts]), strict=True))
    with store.read() as uow:
        texts = _with_copies(uow, texts, sketches)
        histories = uow.checks.histories([t.wanted() for t in texts], at=requests[0].at)
        models = classifier.site_models(uow, [t.comment.site_id for t in texts])
    with_evidence = any(t.request.with_evidence for t in texts)
    readings = [t.comment.reading() for t in texts]
    authors = [t.author(store.sealer) for t in texts] if any(models) else ()
    scores = classifier.score_many(readings, with_evidence=with_evidence, site_models=models, authors=authors)
    matches = [
        judge(Scored(t.comment, score), history, t.request.site.policy)
        for t, score, history in zip(texts, scores, histories, strict=True)
    ]
    new = [
        NewCheck(t.comment, t.digests, score, match, t.request.arrival.sender)
        for t, score, match in zip(texts, scores, matches, strict=True)
        if t.is_new
    ]
    if new:
        store.write(lambda uow: _keep(uow, new, sketches))
    return [
        Verdict(t.id if t.is_new else t.earlier_id, score, match, t.comment.near_copies)
        for t, score, match in zip(texts, scores, matches, strict=True)
    ]


def correct(
    uow: UnitOfWork, check_id: str, correction: Correction, *, sites: Sequence[str], by_id: str, at: datetime
) -> None:
    """Say what a checked text was in truth; the last correction counts. sites: those of which the caller may know.

    Raises NotFound.
    """
    site_id = uow.checks.correct(check_id, correction.value, sites=sites, by_id=by_id, at=at)
    if not site_id:
        raise NotFound("check", check_id)
    verdict = verdict_of_correction(correction.value)
    uow.lessons.note([NewLesson(check_id, site_id, check_id, by_id, at, verdict)])


def content_key(sealer: Sealer, submission: Submission) -> bytes:
    """By what a check is found again from its text and its author."""
    return sealer.find_key("check", submission.name, submission.email.canonical, submission.body)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to check, as the rules and the classifier read one. earlier_id: of the check that is asked for again."""

    request: CheckRequest
    comment: Comment
    digests: CheckDigests
    earlier_id: str | None = None

    @property
    def id(self) -> str:
        """The id of the check."""
        return self.comment.id

    @property
    def is_new(self) -> bool:
        """Whether it is kept as a check of its own."""
        return self.request.keep and self.earlier_id is None

    def author(self, sealer: Sealer) -> Author:
        """Who wrote it, as keyed hashes."""
        return author_of(
            sealer, self.digests.email_key, self.comment.masked_address, self.comment.website, self.comment.id
        )

    def wanted(self) -> Wanted:
        """What to look its history up by. What is asked for again is no repetition of itself."""
        left_out = b"" if self.earlier_id is None else self.digests.content_key
        return Wanted(self.comment.site_id, self.digests, left_out)


def _prepared(sealer: Sealer, request: CheckRequest) -> _Text:
    submission, page = request.submission, request.submission.thread
    token = form_token_of(sealer, request.site, submission, request.arrival)
    check_id = new_id("chk", at=request.at)
    comment = pending_comment(check_id, request.site, submission, request.arrival, token, at=request.at)
    thread = Thread(id="", site_id=request.site.id, key=page.key, url=page.url, title=page.title)
    return _Text(request, replace(comment, thread=thread), _digests(sealer, submission, check_id))


def _digests(sealer: Sealer, submission: Submission, check_id: str) -> CheckDigests:
    address = submission.email.reveal()
    return CheckDigests(
        email_sealed=sealer.seal(address.encode(), about=check_id) if address else None,
        email_key=sealer.email_key(submission.email) if address else None,
        text_key=sealer.find_key("text", words_of(submission.body)),
        content_key=content_key(sealer, submission),
    )


def _with_copies(uow: UnitOfWork, texts: Sequence[_Text], sketches: Mapping[str, Sketch]) -> list[_Text]:
    """The texts, each with the number of earlier near copies; one that is asked for again keeps its first number.

    Those that leave no sketch are no earlier copies of the others.
    """
    texts = [_with_earlier(uow, text) if text.request.is_again else text for text in texts]
    copies: dict[str, Copies] = {}
    for site_id in sorted({text.comment.site_id for text in texts}):
        of_site = [text for text in texts if text.comment.site_id == site_id and text.earlier_id is None]
        seen = uow.sketches.seen(site_id, chain.from_iterable(sketches[text.id].passages for text in of_site))
        copies |= find_copies({text.id: sketches[text.id] for text in of_site if text.request.keep}, seen)
        for text in of_site:
            copies |= {} if text.request.keep else find_copies({text.id: sketches[text.id]}, seen)
    return [
        replace(text, comment=_as_copy(text.comment, copies[text.id])) if text.id in copies else text
        for text in texts
    ]


def _as_copy(comment: Comment, copies: Copies) -> Comment:
    return replace(comment, near_copies=copies.number, campaign=copies.first_id)


def _with_earlier(uow: UnitOfWork, text: _Text) -> _Text:
    earlier = uow.checks.earlier(text.comment.site_id, text.digests.content_key)
    if earlier is None:
        return text
    return replace(text, comment=replace(text.comment, near_copies=earlier.near_copies), earlier_id=earlier.id)


def _keep(uow: UnitOfWork, new: Sequence[NewCheck], sketches: Mapping[str, Sketch]) -> None:
    """Write checks, and the sketches of their texts."""
    uow.checks.add(new)
    latest = latest_seen([each.comment for each in new], sketches)
    for site_id in sorted(latest):
        uow.sketches.keep(site_id, latest[site_id], at=new[-1].comment.received_at)
