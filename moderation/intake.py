"""The first moment: a submission becomes a pending comment, committed before the sender gets an answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from moderation.comment import Comment, Status, Submission, SubmissionMetadata, Thread, ThreadRef
from moderation.dispatch import Dispatch
from moderation.errors import Invalid, KeyReused
from moderation.ids import new_id
from moderation.listed_words import words_of
from moderation.messages import N_, Message
from moderation.privacy import mask_address
from moderation.process import failpoints
from moderation.site import Site
from moderation.store import Store, UnitOfWork
from moderation.store.intake import Digests, IntakeContext, NewComment
from moderation.store.sealing import Sealer
from moderation.traps import FormToken, form_signals, read_token
from moderation.webhooks.events import received_event

Place = tuple[str, str]
"""A page by its site's id and its thread's key."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to a submission. token: lets its bearer read the status; is_repeat: it was received before.

    is_announced: an endpoint of the site subscribes to it.
    """

    comment_id: str
    token: str
    is_repeat: bool = False
    is_announced: bool = False


def receive(
    store: Store, dispatch: Dispatch, site: Site, submission: Submission, arrival: SubmissionMetadata, *, at: datetime
) -> Receipt:
    """Take a submission in. When this returns, the comment is on disk.

    Raises KeyReused when the idempotency key came before with another body, Invalid for a parent that is not in
    the thread, StoreBusy when nothing could be written.
    """
    prepared = _prepare(store.sealer, site, submission, arrival, at=at)
    failpoints.reach("intake.before_commit")
    receipt = store.write_together(_store, prepared)
    failpoints.reach("intake.after_commit")
    dispatch.ring("scoring")
    if receipt.is_announced:
        dispatch.ring("delivery")
    failpoints.reach("intake.after_ring")
    return receipt


def status_token(sealer: Sealer, comment_id: str) -> str:
    """The token of a comment's status link. Nobody can guess it, and it opens nothing else."""
    return f"{comment_id}.{sealer.sign('status', comment_id)}"


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A submission with all that can be worked out before the transaction."""

    site: Site
    submission: Submission
    comment: Comment
    digests: Digests
    is_from_token: bool
    token: str

    @property
    def place(self) -> Place:
        """Its site and its thread's key."""
        return self.site.id, self.submission.thread.key


def _prepare(
    sealer: Sealer, site: Site, submission: Submission, arrival: SubmissionMetadata, *, at: datetime
) -> _Prepared:
    comment_id = new_id("cmt", at=at)
    form_token = form_token_of(sealer, site, submission, arrival)
    return _Prepared(
        site=site,
        submission=submission,
        comment=pending_comment(comment_id, site, submission, arrival, form_token, at=at),
        digests=_digests(sealer, site, submission, arrival, form_token, comment_id),
        is_from_token=not arrival.idempotency_key and form_token is not None,
        token=status_token(sealer, comment_id),
    )


def form_token_of(
    sealer: Sealer, site: Site, submission: Submission, arrival: SubmissionMetadata
) -> FormToken | None:
    """The form's token that came with a submission; None without a valid one."""
    return read_token(sealer.form_secret, arrival.form_token, site_id=site.id, thread_key=submission.thread.key)


def pending_comment(
    comment_id: str,
    site: Site,
    submission: Submission,
    arrival: SubmissionMetadata,
    token: FormToken | None,
    *,
    at: datetime,
) -> Comment:
    """The comment that a submission becomes, with what the form noticed. Its thread has only a key yet."""
    signals: frozenset[str] = frozenset()
    if arrival.from_form:
        signals = form_signals(token, sent=bool(arrival.form_token), trap_field=arrival.trap_field, at=at)
    if arrival.lacks_proof:
        signals |= {"no_proof"}
    return Comment(
        id=comment_id,
        site_id=site.id,
        thread=Thread(id="", site_id=site.id, key=submission.thread.key),
        name=submission.name,
        website=submission.website,
        body=submission.body,
        status=Status.PENDING,
        revision=0,
        received_at=at,
        parent_id=submission.parent,
        masked_address=mask_address(arrival.address),
        signals=signals,
    )


def _digests(
    sealer: Sealer,
    site: Site,
    submission: Submission,
    arrival: SubmissionMetadata,
    token: FormToken | None,
    comment_id: str,
) -> Digests:
    chosen = f"header:{arrival.sender}:{arrival.idempotency_key}" if arrival.idempotency_key else ""
    if not chosen and token is not None:
        chosen = f"form:{token.nonce}"
    return Digests(
        idempotency_key=sealer.find_key("idempotency", site.id, chosen) if chosen else None,
        idempotency_digest=_idempotency_digest(sealer, submission) if chosen else None,
        email_key=sealer.email_key(submission.email),
        domain_key=sealer.domain_key(submission.email),
        text_key=sealer.find_key("text", words_of(submission.body)),
        email_sealed=sealer.seal(submission.email.reveal().encode(), about=comment_id),
    )


def _idempotency_digest(sealer: Sealer, submission: Submission) -> bytes:
    fields = (submission.name, submission.email.canonical, submission.website, submission.body)
    return sealer.find_key("submission", *fields, submission.thread.key, submission.parent)


def _store(uow: UnitOfWork, group: Sequence[_Prepared]) -> list[Receipt | Exception]:
    """Write a group of submissions; the outcome of each, in their order.

    Of several with one idempotency key the first is written; the second look finds it for the others.
    """
    outcomes: dict[str, Receipt | Exception] = {}
    while waiting := [each for each in group if each.comment.id not in outcomes]:
        outcomes |= _store_once(uow, waiting)
    return [outcomes[each.comment.id] for each in group]


def _store_once(uow: UnitOfWork, group: Sequence[_Prepared]) -> dict[str, Receipt | Exception]:
    """The outcome of each, by comment id; one whose idempotency key was just taken is left out."""
    around = _load_context(uow, group)
    outcomes = {each.comment.id: _without_writing(uow.sealer, each, around) for each in group}
    new = [each for each in group if outcomes[each.comment.id] is None]
    added = _add(uow, new, around) if new else {}
    return {comment_id: outcome for comment_id, outcome in (outcomes | added).items() if outcome is not None}


def _load_context(uow: UnitOfWork, group: Sequence[_Prepared]) -> IntakeContext:
    return uow.intake.load_context(
        {each.site.id for each in group},
        idempotency_keys={each.digests.idempotency_key for each in group if each.digests.idempotency_key},
        thread_keys={each.submission.thread.key for each in group},
        parents={each.submission.parent for each in group if each.submission.parent},
    )


def _without_writing(sealer: Sealer, prepared: _Prepared, around: IntakeContext) -> Receipt | Exception | None:
    """The answer, where it is known without writing anything."""
    earlier = around.earlier_of(prepared.site.id, prepared.digests.idempotency_key)
    if earlier is not None:
        if earlier.digest == prepared.digests.idempotency_digest:
            return Receipt(earlier.comment_id, status_token(sealer, earlier.comment_id), is_repeat=True)
        if not prepared.is_from_token:
            return KeyReused(
                Message(N_("This Idempotency-Key was used with another body; use a new key for a new comment."))
            )
    if not around.has_parent(prepared.site.id, prepared.submission):
        return Invalid(
            "parent",
            Message(N_("no such comment is in this thread; leave it out or give the id of one that is.")),
        )
    return None


def _add(uow: UnitOfWork, new: Sequence[_Prepared], around: IntakeContext) -> dict[str, Receipt]:
    """Write these comments and what follows from them."""
    pages = _pages(new)
    thread_ids = around.thread_ids | _begin_threads(uow, pages, around, at=new[0].comment.received_at)
    _describe_threads(uow, pages, around)
    new_comments = [_new_comment(each, around, thread_ids[each.place]) for each in new]
    added = uow.intake.add(new_comments)
    comments = [each.comment for each in new_comments if each.comment.id in added]
    news = [comment for comment in comments if comment.site_id in around.listening]
    uow.deliveries.announce([received_event(comment) for comment in news])
    announced = {comment.id for comment in news}
    _note_follows(uow, new, new_comments, added)
    _note_page_problems(uow, new_comments, new)
    return {
        each.comment.id: Receipt(each.comment.id, each.token, is_announced=each.comment.id in announced)
        for each in new
        if each.comment.id in added
    }


def _note_follows(
    uow: UnitOfWork, new: Sequence[_Prepared], new_comments: Sequence[NewComment], added: Collection[str]
) -> None:
    """What authors want mail about; most want none."""
    for each, stored in zip(new, new_comments, strict=True):
        asked = each.submission
        if asked.follow and each.comment.id in added:
            at, language = each.comment.received_at, asked.language
            uow.readers.follow(each.comment, stored.thread_id, asked.follow, asked.email, language=language, at=at)


def _note_page_problems(uow: UnitOfWork, new_comments: Sequence[NewComment], new: Sequence[_Prepared]) -> None:
    """What of their pages could not be used; nearly always everything could."""
    found = {
        (each.site.id, field): stored.thread_id
        for each, stored in zip(new, new_comments, strict=True)
        for field in each.submission.thread.problems
    }
    if found:
        uow.page_problems.note(found, at=new[-1].comment.received_at)


def _pages(new: Sequence[_Prepared]) -> dict[Place, ThreadRef]:
    """What a group says of its pages: of each the first address, and the first title, that somebody gives."""
    pages: dict[Place, ThreadRef] = {}
    for each in reversed(new):
        page, later = each.submission.thread, pages.get(each.place)
        if later is not None and not (page.url and page.title):
            page = replace(page, url=page.url or later.url, title=page.title or later.title)
        pages[each.place] = page
    return pages


def _begin_threads(
    uow: UnitOfWork, pages: Mapping[Place, ThreadRef], around: IntakeContext, *, at: datetime
) -> dict[Place, str]:
    """The ids of the threads that nobody wrote under yet."""
    begun = [(place[0], page) for place, page in pages.items() if place not in around.thread_ids]
    return uow.threads.begin_many(begun, at=at) if begun else {}


def _describe_threads(uow: UnitOfWork, pages: Mapping[Place, ThreadRef], around: IntakeContext) -> None:
    """What nobody said so far of a page is taken from the first who says it; hardly ever is there anything to do."""
    described = {}
    for place, page in pages.items():
        has_url, has_title = around.described.get(place, (True, True))
        if (page.url and not has_url) or (page.title and not has_title):
            described[around.thread_ids[place]] = page
    if described:
        uow.threads.complete(described)


def _new_comment(prepared: _Prepared, around: IntakeContext, thread_id: str) -> NewComment:
    comment, digests = prepared.comment, prepared.digests
    if present_key := around.moved.get(prepared.place):
        comment = replace(comment, thread=replace(comment.thread, key=present_key))
    if around.earlier_of(comment.site_id, digests.idempotency_key):  # a form sent twice with different texts: worth
        comment = replace(comment, signals=comment.signals | {"used_token"})  # noting, not worth refusing
        digests = replace(digests, idempotency_key=None)
    return NewComment(comment, digests, thread_id)
