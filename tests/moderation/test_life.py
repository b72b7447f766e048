"""Whatever happens to comments in whatever order, none is lost and each has one standing status."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from sqlalchemy import select

from moderation import intake, review, site_admin, triage
from moderation.audit import verify
from moderation.comment import Status
from moderation.decision import Action, Reason
from moderation.errors import AlreadyDecided, NothingToUndo
from moderation.review import DecisionRequest
from moderation.store import Store
from moderation.store.database.migrate import migrate
from moderation.store.tables import comments
from moderation.triage import Scored
from tests.builders import (
    ADA,
    LEASE,
    NOON,
    RecordingDispatch,
    a_score,
    a_sealer,
    a_site,
    a_submission,
    an_arrival,
    an_open_policy,
)


class Life(RuleBasedStateMachine):
    """Receiving, claiming, settling, deciding, undoing and crashing, with a plain model of what must be true."""

    ids = Bundle("ids")
    claims = Bundle("claims")
    decisions = Bundle("decisions")

    def __init__(self):
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="life"))
        shutil.copyfile(Life.template, self.folder / "rejoinder.db")
        self.at = NOON
        self.standing = {}
        self.keys = {}
        self.open()
        site = a_site(policy=an_open_policy())
        self.store.write(lambda uow: site_admin.add_site(uow, site, by_id=ADA.id, at=NOON))

    def open(self):
        self.store = Store(f"sqlite:///{self.folder}/rejoinder.db", a_sealer())

    def teardown(self):
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(target=ids, key=st.integers(0, 5))
    def receive(self, key):
        arrival = an_arrival(idempotency_key=str(key))
        receipt = intake.receive(
            self.store, RecordingDispatch(), a_site(), a_submission(f"{key}"), arrival, at=self.at
        )
        assert receipt.is_repeat == (key in self.keys)
        assert receipt.comment_id == self.keys.setdefault(key, receipt.comment_id)
        self.standing.setdefault(receipt.comment_id, Status.PENDING)
        return receipt.comment_id

    @rule(minutes=st.integers(0, 3))
    def wait(self, minutes):
        self.at += timedelta(minutes=minutes)

    @rule(target=claims, retries=st.booleans(), limit=st.integers(1, 3))
    def claim(self, retries, limit):
        claimed = self.store.write(
            lambda uow: uow.comments.claim(limit=limit, at=self.at, lease=LEASE, retries=retries)
        )
        assert all(self.standing[comment.id] is Status.PENDING for comment in claimed)
        return multiple(*claimed)

    @rule(claimed=claims, spam=st.sampled_from([0.0, 0.3, 0.99, None]))
    def settle(self, claimed, spam):
        score = None if spam is None else a_score(spam)
        decided = triage.settle(self.store, [Scored(claimed, score)], {}, at=self.at)
        if decided:
            status_by_score = {None: Status.PENDING, 0.99: Status.REJECTED}
            expected = {status_by_score.get(spam, Status.PENDING)} | ({Status.APPROVED} if spam == 0.0 else set())
            assert self.status_of(claimed.id) in expected
            self.standing[claimed.id] = self.status_of(claimed.id)

    @rule(claimed=consumes(claims))
    def crash(self, claimed):
        """A worker dies with what it held; the process that wrote opens the store anew."""
        self.store.close()
        self.open()

    @rule(target=decisions, id=ids, action=st.sampled_from([Action.APPROVE, Action.REJECT]), stale=st.booleans())
    def decide(self, id, action, stale):
        with self.store.read() as uow:
            revision = uow.comments.get(id).revision - stale
        reason = Reason.SPAM if action is Action.REJECT else None
        request = DecisionRequest(id, action, revision, reason)
        try:
            done = review.decide(self.store, RecordingDispatch(), request, ADA, sites=["demo"], at=self.at)
        except AlreadyDecided:
            assert stale
            return multiple()
        assert not stale
        self.standing[id] = done.comment.status
        return done.decision

    @rule(decision=consumes(decisions))
    def undo(self, decision):
        try:
            done = review.undo(self.store, RecordingDispatch(), decision.id, ADA, sites=["demo"], at=self.at)
        except NothingToUndo:
            with self.store.read() as uow:
                assert uow.decisions.last(decision.comment_id).id != decision.id
        else:
            assert done.comment.status is decision.status_before
            self.standing[decision.comment_id] = decision.status_before

    def status_of(self, id):
        with self.store.read() as uow:
            return uow.comments.get(id).status

    @invariant()
    def every_comment_stands_where_the_last_decision_put_it(self):
        with self.store.read() as uow:
            found = {row.id: Status(row.status) for row in uow.connection.execute(select(comments))}
            assert found == self.standing
            for id, status in found.items():
                history = uow.decisions.history(id)
                assert [decision.revision for decision in history] == list(range(1, len(history) + 1))
                assert status is (history[-1].status_after if history else Status.PENDING)
                assert sum(decision.by.id == "policy" for decision in history) <= 1

    @invariant()
    def nothing_is_lost_and_everything_is_on_record(self):
        with self.store.read() as uow:
            assert uow.statistics.conservation().is_whole
            assert uow.statistics.conservation().accepted == len(self.standing)
            check = verify("demo", uow.audit.entries("demo"))
            decided = sum(len(uow.decisions.history(id)) for id in self.standing)
        assert (check.broken_at, check.entries) == (0, 1 + decided)  # the site was added, too


@pytest.mark.slow
def test_no_order_of_events_loses_a_comment(tmp_path):
    Life.template = tmp_path / "template.db"
    migrate(f"sqlite:///{Life.template}")

    state_machine = Life.TestCase
    state_machine.settings = settings(
        max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
    )
    state_machine("runTest").runTest()
