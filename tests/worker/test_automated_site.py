"""A simulated site, through the real worker: people prove, the machine acts, the site turns bad, it is given back."""

import random
from dataclasses import dataclass, field

import pytest

from moderation import automation_admin, review, second_look
from moderation.actions import Action
from moderation.audit import verify
from moderation.automation import Mode, Pause
from moderation.comment import Status
from moderation.config.settings import Settings
from moderation.queue import Search
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.store import Store
from tests.builders import (
    ADA,
    BEN,
    NOON,
    SECOND,
    RecordingDispatch,
    a_policy,
    a_score,
    a_site,
    a_submission,
    received,
)
from worker import scoring
from worker.automation import count_verdicts
from worker.context import Context

pytestmark = pytest.mark.slow

ROUND = 60
BUDGET = 50
SURE, UNSURE = 0.002, 0.4


class SimulatedScorer:
    """Says of each text the probability that stands in it."""

    version = "simulated"

    def score_many(self, readings, **how):
        return [a_score(float(reading.body.split()[0]), 0.0) for reading in readings]


@dataclass
class SimulatedSite:
    """A site of which the truth is known. unwanted: by comment id."""

    store: Store
    context: Context
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    unwanted: dict[str, bool] = field(default_factory=dict)
    rounds: int = 0

    @property
    def at(self):
        return NOON + self.rounds * 60 * SECOND

    def pass_time(self, rounds, *, bad=0.001):
        """Comments come, are scored, decided and counted. bad: how many of those that look fine are not."""
        for _ in range(rounds):
            self.rounds += 1
            self._send(bad)
            while scoring.score_waiting(self.context):
                pass
            self._decide()
            self._count()
            self._look_again()
            self._count()

    def _send(self, bad):
        for n in range(ROUND):
            score = SURE if self.chance.random() < 0.9 else UNSURE
            text = f"{score} is what number {n} of round {self.rounds} says."
            comment = received(self.store, a_submission(text, email=f"{n}@reader.example"), at=self.at)
            self.unwanted[comment.id] = self.chance.random() < (bad if score == SURE else UNSURE)

    def _decide(self):
        requests = [
            DecisionRequest(id, Action.REJECT, revision, Reason.SPAM)
            if self.unwanted[id]
            else DecisionRequest(id, Action.APPROVE, revision)
            for id, revision in self.waiting()
        ]
        review.decide_many(self.store, RecordingDispatch(), requests, ADA, sites=["demo"], at=self.at + SECOND)

    def _look_again(self):
        at = self.at + 3 * SECOND
        with self.store.read() as uow:
            asked = uow.second_looks.open_ones(sites=["demo"], by_id=BEN.id, at=at, limit=500)
        for id in asked:
            action, reason = (Action.REJECT, Reason.SPAM) if self.unwanted[id] else (Action.APPROVE, None)
            second_look.answer(self.store, RecordingDispatch(), id, action, reason, BEN, sites=["demo"], at=at)

    def _count(self):
        while count_verdicts(self.context):
            pass

    def waiting(self):
        with self.store.read() as uow:
            found = uow.queue.page(Search(sites=("demo",), status=Status.PENDING, limit=500))
        return [(each.id, each.revision) for each in found.comments]

    def switch_on(self):
        self.store.write(
            lambda uow: automation_admin.change_automation(uow, "demo", mode=Mode.ON, by_id=ADA.id, at=self.at)
        )

    def automation(self):
        with self.store.read() as uow:
            return uow.automations.get("demo")

    def decided_alone(self):
        """The comments that the machine published without a moderator."""
        with self.store.read() as uow:
            trials = uow.trials.get_many(list(self.unwanted))
        return [id for id, trial in trials.items() if trial.acted]


@pytest.fixture
def simulated(sqlite_store, tmp_path):
    policy = a_policy(hold_first_comment=False, hold_duplicates=False)
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=policy)))
    sqlite_store.write(
        lambda uow: automation_admin.change_automation(
            uow, "demo", one_in={Action.APPROVE: BUDGET}, by_id=ADA.id, at=NOON
        )
    )
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    context = Context(settings, sqlite_store, RecordingDispatch(), lambda: site.at, SimulatedScorer())
    site = SimulatedSite(sqlite_store, context)
    return site


def test_a_site_proves_automates_turns_bad_and_gets_everything_back(simulated, monkeypatch):
    monkeypatch.setattr(scoring.time, "sleep", lambda _: None)

    simulated.pass_time(16)
    assert simulated.automation().proven(Action.APPROVE) >= 0
    assert simulated.decided_alone() == []

    simulated.switch_on()
    simulated.pass_time(4)
    alone = simulated.decided_alone()
    assert len(alone) > 100
    assert sum(simulated.unwanted[id] for id in alone) <= len(alone) / BUDGET
    assert simulated.automation().is_on(Action.APPROVE)
    assert_kept(simulated)

    for _ in range(20):
        if simulated.automation().paused:
            break
        simulated.pass_time(1, bad=0.3)
    automation = simulated.automation()
    assert (automation.mode, automation.paused) == (Mode.SHADOW, Pause.ERRORS)
    assert automation.proven(Action.APPROVE) == -1

    before = set(simulated.decided_alone())
    simulated.pass_time(1)
    assert set(simulated.decided_alone()) == before
    assert_kept(simulated)


def assert_kept(simulated):
    """Every comment is decided or waits; the policy decided once about each; the trail is whole; counts are exact."""
    with simulated.store.read() as uow:
        assert uow.statistics.conservation().is_whole
        histories = uow.decisions.histories(list(simulated.unwanted))
        for id in simulated.unwanted:
            assert [each.by.id for each in histories[id]].count("policy") == 1
        assert not verify("demo", uow.audit.entries("demo")).broken_at
        trials = uow.trials.get_many(list(simulated.unwanted))
    assert all(trial.counted == trial.verdict for trial in trials.values())
