"""The first moment: a submission becomes a pending comment, committed before anybody is told so."""

from dataclasses import dataclass, replace
from datetime import datetime

from moderation import failpoints
from moderation.comment import Arrival, Comment, Status, Submission, Thread
from moderation.dispatch import Dispatch
from moderation.errors import Invalid, KeyReused
from moderation.ids import new_id
from moderation.privacy import mask_address
from moderation.rules import words_of
from moderation.site import Site
from moderation.store import Rows, Store
from moderation.store.comments import Intake, Surroundings
from moderation.store.sealing import Sealer
from moderation.traps import FormToken, form_signals, read_token
from moderation.webhooks import received_event


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the author is told. token: lets its bearer ask for the status; is_repeat: we had this one already."""

    comment_id: str
    token: str
    is_repeat: bool = False


def receive(
    store: Store, dispatch: Dispatch, site: Site, submission: Submission, arrival: Arrival, *, at: datetime
) -> Receipt:
    """Take a submission in. When this returns, the comment is on disk.

    Raises KeyReused when the idempotency key came before with another body, Invalid for a parent that is not in
    the thread, StoreBusy when nothing could be written.
    """
    prepared = _prepare(store.sealer, site, submission, arrival, at=at)
    failpoints.reach("intake.before_commit")
    receipt = store.write(lambda rows: _store(rows, prepared))
    failpoints.reach("intake.after_commit")
    dispatch.ring("scoring")
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
    intake: Intake
    is_from_token: bool
    token: str


def _prepare(sealer: Sealer, site: Site, submission: Submission, arrival: Arrival, *, at: datetime) -> _Prepared:
    comment_id = new_id("cmt", at=at)
    form_token = _token_of(sealer, site, submission, arrival)
    return _Prepared(
        site=site,
        submission=submission,
        comment=_pending_comment(comment_id, site, submission, arrival, form_token, at=at),
        intake=_digests(sealer, site, submission, arrival, form_token, comment_id),
        is_from_token=not arrival.idempotency_key and form_token is not None,
        token=status_token(sealer, comment_id),
    )


def _token_of(sealer: Sealer, site: Site, submission: Submission, arrival: Arrival) -> FormToken | None:
    return read_token(sealer.form_secret, arrival.form_token, site_id=site.id, thread_key=submission.thread.key)


def _pending_comment(
    comment_id: str,
    site: Site,
    submission: Submission,
    arrival: Arrival,
    token: FormToken | None,
    *,
    at: datetime,
) -> Comment:
    signals: frozenset[str] = frozenset()
    if arrival.from_form:
        signals = form_signals(token, sent=bool(arrival.form_token), trap_field=arrival.trap_field, at=at)
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
    arrival: Arrival,
    token: FormToken | None,
    comment_id: str,
) -> Intake:
    chosen = f"header:{arrival.idempotency_key}" if arrival.idempotency_key else ""
    if not chosen and token is not None:
        chosen = f"form:{token.nonce}"
    told = (submission.name, submission.email.canonical, submission.website, submission.body)
    thread = submission.thread
    return Intake(
        idempotency_key=sealer.find_key("idempotency", site.id, chosen) if chosen else None,
        idempotency_digest=sealer.find_key("submission", *told, thread.key, submission.parent),
        email_key=sealer.email_key(submission.email),
        text_key=sealer.find_key("text", words_of(submission.body)),
        email_sealed=sealer.seal(submission.email.reveal().encode(), about=comment_id),
    )


def _store(rows: Rows, prepared: _Prepared) -> Receipt:
    around = rows.comments.look_around(prepared.site.id, prepared.submission, prepared.intake)
    if around.earlier_id:
        if around.earlier_digest == prepared.intake.idempotency_digest:
            return Receipt(around.earlier_id, status_token(rows.sealer, around.earlier_id), is_repeat=True)
        if not prepared.is_from_token:
            raise KeyReused("This Idempotency-Key came before with another body; use a new key for a new comment.")
    if prepared.submission.parent and not around.has_parent:
        raise Invalid("parent", "no such comment is in this thread; leave it out or give the id of one that is.")
    if not _insert(rows, prepared, around):
        return _store(rows, prepared)  # now the look finds the other one
    return Receipt(prepared.comment.id, prepared.token)


def _insert(rows: Rows, prepared: _Prepared, around: Surroundings) -> bool:
    """Write the comment and what follows from it. False when another one took its idempotency key meanwhile."""
    comment, intake = prepared.comment, prepared.intake
    if around.earlier_id:  # the form was sent twice with different texts: worth noting, not worth refusing
        comment = replace(comment, signals=comment.signals | {"used_token"})
        intake = replace(intake, idempotency_key=None)
    thread_id = around.thread_id or rows.threads.begin(
        comment.site_id, prepared.submission.thread, at=comment.received_at
    )
    comment = replace(comment, thread=replace(comment.thread, id=thread_id))
    if not rows.comments.add(comment, intake):
        return False
    rows.deliveries.announce([received_event(comment)])
    return True
