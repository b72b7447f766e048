"""Fills a site without comments with invented ones, thousands in each transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from moderation.actions import Action
from moderation.audit import AuditEvent
from moderation.comment import Comment, Email, Status, Thread, ThreadRef
from moderation.decided_by import POLICY, DecidedBy
from moderation.decision import Decision
from moderation.demo.invent import Invented, Kind, invent
from moderation.demo.phrases import VOICES
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.priority import group_of, head_start
from moderation.reasons import Reason
from moderation.score import Score
from moderation.store import Store, UnitOfWork
from moderation.store.imports import comment_values
from moderation.store.row_mapping import score_columns

BATCH = 4_000
MOST = 10_000_000
DAYS_DECIDED = 365
WAITING_FOR = timedelta(hours=36)
MODEL = "demo"

_ACTIONS = {Status.PENDING: Action.HOLD, Status.APPROVED: Action.APPROVE, Status.REJECTED: Action.REJECT}


@dataclass(frozen=True, slots=True)
class Plan:
    """What to invent. waiting: how many of `count` comments wait; these are the newest. at: when the newest came."""

    site_id: str
    count: int
    waiting: int
    by: DecidedBy
    at: datetime

    @property
    def authors(self) -> int:
        """How many people are known."""
        return max(5, (self.count - self.waiting) // 25)

    @property
    def pages(self) -> int:
        """How many pages have comments."""
        return max(6, min(5_000, self.count // 200))

    def received_at(self, number: int) -> datetime:
        """When the comment of this number came: what was decided within a year, what waits within the last days."""
        decided = self.count - self.waiting
        if number < decided:
            span = timedelta(days=DAYS_DECIDED) - WAITING_FOR
            return self.at - timedelta(days=DAYS_DECIDED) + span * (number / decided)
        return self.at - WAITING_FOR * (1 - (number - decided + 1) / self.waiting)


def fill(store: Store, plan: Plan, *, progress: Callable[[int], None] = lambda _done: None) -> None:
    """Invent the comments and store them. progress: called with the number that is stored.

    Raises Invalid for a count outside 1 to MOST, and for a site that has comments already; NotFound without the site.
    """
    if not (1 <= plan.count <= MOST and 0 <= plan.waiting <= plan.count):
        raise Invalid("n", Message(N_("must be from 1 to %(most)s."), {"most": MOST}))
    with store.read() as uow:
        uow.sites.get(plan.site_id)
        if uow.statistics.comments_of(plan.site_id):
            raise Invalid("site", Message(N_("it has comments already; invented ones go into a site without any.")))
    threads = store.write(lambda uow: _begin_threads(uow, plan))
    first_copies: dict[int, str] = {}
    for start in range(0, plan.count, BATCH):
        numbers = range(start, min(start + BATCH, plan.count))
        batch = [_Made.of(number, plan, threads) for number in numbers]
        batch = _with_campaigns(batch, first_copies)
        store.write(lambda uow, batch=batch: _keep(uow, plan, batch))  # type: ignore[misc]
        progress(numbers.stop)


@dataclass(frozen=True, slots=True)
class _Made:
    """A comment with what it was made from."""

    invented: Invented
    comment: Comment
    score: Score

    @classmethod
    def of(cls, number: int, plan: Plan, threads: Sequence[Thread]) -> "_Made":
        one = invent(number, is_waiting=number >= plan.count - plan.waiting, authors=plan.authors)
        at = plan.received_at(number)
        decided_at = at + timedelta(minutes=5 + number % 300) if one.status is not Status.PENDING else at
        comment = Comment(
            id=new_id("cmt", at=at),
            site_id=plan.site_id,
            thread=threads[(number * number + number // 7) % len(threads)],
            name=one.name,
            website=one.website,
            body=one.body,
            status=one.status,
            revision=1,
            received_at=at,
            masked_address=one.network,
            reason=one.reason.value if one.status is not Status.APPROVED else Reason.CLEAN.value,
            decided_at=min(decided_at, plan.at),
            scored_at=at,
            attempts=1,
            spam=one.spam,
            abuse=one.abuse,
        )
        score = Score(spam=one.spam, abuse=one.abuse, language=one.language, confidence=0.9, model=MODEL)
        return cls(one, comment, score)


def _with_campaigns(batch: Sequence[_Made], first_copies: dict[int, str]) -> list[_Made]:
    found = []
    for made in batch:
        if made.invented.offer >= 0:
            campaign = first_copies.setdefault(made.invented.offer, made.comment.id)
            made = replace(made, comment=replace(made.comment, campaign=campaign))
        found.append(made)
    return found


def _begin_threads(uow: UnitOfWork, plan: Plan) -> list[Thread]:
    refs = []
    for number in range(plan.pages):
        voice = VOICES[number % len(VOICES)]
        title = f"{voice.titles[number % len(voice.titles)]} ({number + 1})"
        refs.append(ThreadRef(f"/demo/{number + 1}", f"https://blog.example/demo/{number + 1}", title))
    ids = uow.threads.begin_many([(plan.site_id, ref) for ref in refs], at=plan.at - timedelta(days=DAYS_DECIDED))
    uow.audit.append(
        plan.site_id, [AuditEvent(plan.at, plan.by.id, "demo.filled", plan.site_id, {"comments": plan.count})]
    )
    return [Thread(ids[plan.site_id, ref.key], plan.site_id, ref.key, ref.url, ref.title) for ref in refs]


def _keep(uow: UnitOfWork, plan: Plan, batch: Sequence[_Made]) -> None:
    parents: dict[str, str] = {}
    rows = []
    for made in batch:
        rows.append(_row(uow, made, parents.get(made.comment.thread.id)))
        if made.comment.status is Status.APPROVED:
            parents[made.comment.thread.id] = made.comment.id
    uow.imports.add(rows)
    uow.comments.save_scores([score_columns(m.comment.id, m.score, at=m.comment.received_at) for m in batch])
    uow.decisions.keep([_decision(made, plan.by) for made in batch])
    uow.intake.count_accepted({plan.site_id: len(batch)})
    if parents:
        uow.threads.touch(parents, at=batch[-1].comment.received_at)
    uow.text_index.renew([made.comment.id for made in batch])


def _row(uow: UnitOfWork, made: _Made, parent: str | None) -> dict[str, Any]:
    comment, email, sealer = made.comment, Email(made.invented.address), uow.sealer
    values = comment_values(
        comment,
        email_sealed=sealer.seal(made.invented.address.encode(), about=comment.id),
        email_key=sealer.email_key(email),
        domain_key=sealer.domain_key(email),
        text_key=sealer.find_key("text", comment.body),
    )
    is_known = made.invented.kind is Kind.KNOWN
    group = group_of(comment, made.score, approved=int(is_known), rejected=0)
    return {
        **values,
        "thread_id": comment.thread.id,
        "parent_id": parent if is_known and comment.received_at.microsecond % 4 == 0 else None,
        "campaign": comment.campaign or None,
        "queue_at": comment.received_at - head_start(comment, made.score, group),
    }


def _decision(made: _Made, by: DecidedBy) -> Decision:
    comment = made.comment
    action = _ACTIONS[comment.status]
    by_policy = action is Action.HOLD or (action is Action.REJECT and made.invented.kind is Kind.SPAM)
    return Decision(
        id=new_id("dec", at=comment.decided_at or comment.received_at),
        comment_id=comment.id,
        site_id=comment.site_id,
        action=action,
        reason=Reason(comment.reason),
        by=POLICY if by_policy else by,
        at=comment.decided_at or comment.received_at,
        revision=1,
        status_before=Status.PENDING,
        status_after=comment.status,
    )
