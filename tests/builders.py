"""Builders of domain objects with valid defaults: a test names only what matters to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from models.near_duplicates import sketch_many
from moderation import checks, intake, triage
from moderation.automation import ACTIONS, Automation, Mode
from moderation.comment import (
    Comment,
    Email,
    PublicComment,
    Status,
    Submission,
    SubmissionMetadata,
    Thread,
    ThreadRef,
)
from moderation.decision import POLICY, Action, DecidedBy, Decision, Reason
from moderation.near_duplicates import NOTHING, Sketch, find_copies
from moderation.policy import Policy, Threshold
from moderation.proof import LEVELS, Ladder
from moderation.score import SHIPPED, Evidence, Score, ScoringInput
from moderation.site import Site
from moderation.store import Store, UnitOfWork
from moderation.store.sealing import Sealer

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
LEASE = timedelta(seconds=60)

SECRET = b"the secret of a test, 32 bytes.."
ADA = DecidedBy("mod_ada", "Ada")
BEN = DecidedBy("mod_ben", "Ben")

_numbers = count(1)


class RecordingDispatch:
    """A dispatch that only records its rings, in order."""

    def __init__(self) -> None:
        self.rings: list[str] = []

    def ring(self, bell: str) -> None:
        """Record the ring."""
        self.rings.append(bell)


def a_sealer(secret: bytes = SECRET) -> Sealer:
    """The sealer of every test's store."""
    return Sealer(secret)


def a_policy(**changes: Any) -> Policy:
    """The default policy, with changes."""
    return replace(Policy(), **changes)


def an_open_policy(**changes: Any) -> Policy:
    """A policy that publishes clean comments without a moderator."""
    thresholds = {
        "spam": Threshold(approve_below=0.1, hold_at=0.5, reject_at=0.98),
        "abuse": Threshold(approve_below=0.1, hold_at=0.5),
    }
    return replace(Policy(thresholds=thresholds, hold_first_comment=False), **changes)


def a_site(id: str = "demo", **changes: Any) -> Site:
    """A blog whose pages may show the form."""
    return replace(Site(id=id, name="A demo blog", origins=("https://blog.example",)), **changes)


def a_submission(body: str = "A kind word about your bread recipe.", **changes: Any) -> Submission:
    """A reader's comment. email may be text; thread may be only its key."""
    if isinstance(changes.get("email"), str):
        changes["email"] = Email(changes["email"])
    if isinstance(changes.get("thread"), str):
        changes["thread"] = ThreadRef(changes["thread"])
    thread = ThreadRef(key="a-page", url="https://blog.example/a-page", title="A page")
    plain = Submission(name="Rita Reader", email=Email("rita@reader.example"), body=body, thread=thread)
    return replace(plain, **changes)


def an_arrival(**changes: Any) -> SubmissionMetadata:
    """A submission sent by a program, from a documentation address."""
    return replace(SubmissionMetadata(address="192.0.2.7"), **changes)


def a_thread(**changes: Any) -> Thread:
    """The thread of `a_submission`."""
    return replace(Thread(id="thr_1", site_id="demo", key="a-page", title="A page"), **changes)


def an_automation(level: int = 0, **changes: Any) -> Automation:
    """Automation that is on and has proven everything of the shipped score from this level on; -1 for nothing."""
    enough = Ladder(seen=tuple(20_000 * (0 <= level <= each) for each in range(len(LEVELS))))
    ladders = {(SHIPPED, action): enough for action in ACTIONS}
    return replace(Automation("demo", mode=Mode.ON, ladders=ladders), **changes)


def automated(store: Store, automation: Automation | None = None) -> Store:
    """The store, whose site `demo` has this automation and asks for nothing from first comments."""
    store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(hold_first_comment=False))))
    store.write(lambda uow: uow.automations.save(automation or an_automation()))
    return store


def a_comment(body: str = "A kind word about your bread recipe.", **changes: Any) -> Comment:
    """A pending comment that is in no store."""
    plain = Comment(
        id=f"cmt_{next(_numbers):032x}",
        site_id="demo",
        thread=a_thread(),
        name="Rita Reader",
        website="",
        body=body,
        status=Status.PENDING,
        revision=0,
        received_at=NOON,
    )
    return replace(plain, **changes)


def a_public_comment(id: str, *, parent: str = "", **changes: Any) -> PublicComment:
    """An approved comment as readers see it."""
    return replace(
        PublicComment(id=id, name="Rita Reader", website="", body="Yes.", at=NOON, parent=parent), **changes
    )


def a_score(spam: float = 0.02, abuse: float = 0.03, **changes: Any) -> Score:
    """A clean score, with evidence for both heads."""
    evidence = (
        Evidence(head="spam", field="body", start=2, end=6, text="kind", weight=-1.25),
        Evidence("abuse", "submission", 0, 0, text="", weight=-0.5, code="evidence.links", params={"n": 2}),
    )
    plain = Score(spam=spam, abuse=abuse, labels={"insult": 0.01}, language="en", evidence=evidence, model="test-1")
    return replace(plain, **changes)


def a_decision(comment: Comment, action: Action = Action.APPROVE, **changes: Any) -> Decision:
    """A decision for the comment's present revision."""
    plain = Decision(
        id=f"dec_{next(_numbers):032x}",
        comment_id=comment.id,
        site_id=comment.site_id,
        action=action,
        reason=Reason.SPAM if action is Action.REJECT else Reason.CLEAN,
        by=POLICY,
        at=NOON,
        revision=comment.revision + 1,
        status_before=comment.status,
        status_after=action.spec.status_after or Status.PENDING,
    )
    return replace(plain, **changes)


def received(
    store: Store,
    submission: Submission | None = None,
    arrival: SubmissionMetadata | None = None,
    *,
    site: Site | None = None,
    at: datetime = NOON,
) -> Comment:
    """A comment that intake received, as it is in the store."""
    receipt = intake.receive(
        store,
        RecordingDispatch(),
        site or a_site(),
        submission or a_submission(f"Comment number {next(_numbers)}."),
        arrival or an_arrival(),
        at=at,
    )
    with store.read() as uow:
        return uow.comments.get(receipt.comment_id)


def indexed(store: Store) -> Store:
    """The store, after the words of all its comments were indexed as the sweeper does."""
    with store.read() as uow:
        stale, rest = uow.text_index.next_stale(after="", limit=1_000)
    assert not rest
    store.write(lambda uow: uow.text_index.renew(stale))
    return store


def settled(
    store: Store,
    comment: Comment,
    score: Score | None = None,
    *,
    sketches: Mapping[str, Sketch] | None = None,
    at: datetime = NOON + SECOND,
) -> Comment:
    """The comment after it was scored (clean by default) and the policy decided."""
    triage.settle(store, [triage.Scored(comment, score or a_score())], sketches or {}, at=at)
    with store.read() as uow:
        return uow.comments.get(comment.id)


class StubClassifier:
    """A classifier of checks that gives every text the same score and sketch, and remembers what it read."""

    def __init__(self, score: Score | None = None, sketch: Sketch = NOTHING) -> None:
        self.given, self.given_sketch = score or a_score(), sketch
        self.seen: list[ScoringInput] = []

    def sketch_many(self, bodies: Sequence[str]) -> list[Sketch]:
        """The given sketch for each."""
        return [self.given_sketch] * len(bodies)

    def site_models(self, uow: UnitOfWork, site_ids: Sequence[str]) -> Sequence[None]:
        """No site learned anything."""
        return [None] * len(site_ids)

    def score_many(self, comments: Sequence[ScoringInput], *, with_evidence: bool = True, **more: Any) -> list[Score]:
        """The given score for each."""
        self.seen += comments
        given = self.given if with_evidence else replace(self.given, evidence=())
        return [given] * len(comments)


def a_check(
    store: Store,
    submission: Submission | None = None,
    *,
    site: Site | None = None,
    classifier: checks.Classifier | None = None,
    keep: bool = True,
    is_again: bool = False,
    at: datetime = NOON,
) -> checks.Verdict:
    """The verdict about a text that a server had checked; scored clean by default."""
    submission = submission or a_submission(f"Text number {next(_numbers)}.")
    arrival = an_arrival(sender="key_1")
    request = checks.CheckRequest(site or a_site(), submission, arrival, at=at, keep=keep, is_again=is_again)
    return checks.check(store, classifier or StubClassifier(), request)


def sent_copies(
    store: Store, bodies: Sequence[str], score: Score | None = None, *, at: datetime = NOON
) -> list[Comment]:
    """Comments with these texts, each by another author and a second apart, sketched and settled as a worker does."""
    comments = [
        received(store, a_submission(body, email=f"{next(_numbers)}@reader.example"), at=at + n * SECOND)
        for n, body in enumerate(bodies)
    ]
    sketches = dict(zip((comment.id for comment in comments), sketch_many(bodies), strict=True))
    with store.read() as uow:
        passages = [passage for sketch in sketches.values() for passage in sketch.passages]
        found = find_copies(sketches, uow.sketches.seen("demo", passages))
    copies = [replace(each, near_copies=found[each.id].number, campaign=found[each.id].first_id) for each in comments]
    settled_at = at + len(bodies) * SECOND
    triage.settle(store, [triage.Scored(each, score or a_score()) for each in copies], sketches, at=settled_at)
    with store.read() as uow:
        return uow.comments.get_many([comment.id for comment in comments])
