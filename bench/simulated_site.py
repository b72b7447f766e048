"""`python -m bench.simulated_site --comments 5000 --database postgresql`: a site that learns and decides alone.

Real processes score comments whose truth is known; a moderator decides what waits. The workers die by kill -9 at each
failpoint of scoring, learning and automation. Afterwards the accounts: nothing is lost, the policy decided once about
each comment, each verdict was counted, and the weights are those of one replay without any kill. Exits with 1 when a
promise was broken.
"""

import argparse
import contextlib
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from sqlalchemy import update

from bench.installations import fresh_database
from models.lesson_reader import LessonReader
from models.scorer import Scorer
from models.training.synthetic import generate
from models.training.synthetic.sample import Sample
from moderation import learning, review
from moderation.actions import Action
from moderation.audit import verify
from moderation.automation import SECOND_LOOK_WAIT
from moderation.comment import Status
from moderation.lessons import MOST_LESSONS, ON
from moderation.process.failpoints import FAILPOINTS
from moderation.queue import Search
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.store import UnitOfWork
from moderation.store.tables import lessons
from tests.builders import ADA, RecordingDispatch, a_policy, an_automation
from tests.stack import Stack
from tests.waiting import eventually

ROLES = {"scoring": "scoring", "learning": "scoring", "automation": "sweep"}
"""By the first part of a failpoint's name, the process that reaches it."""

POINTS = tuple(name for name in FAILPOINTS if name.partition(".")[0] in ROLES)
PAGE = 200
SURE = 5
"""The strictest level is taken for proven from the beginning, so that the machine acts."""


@dataclass
class SimulatedSite:
    """An installation and the truth about what was sent to it. unwanted: by comment id."""

    stack: Stack
    seed: int = 1
    unwanted: dict[str, bool] = field(default_factory=dict)
    kills: list[str] = field(default_factory=list)

    def begin(self) -> None:
        """Start everything on a site that learns and whose automation is on."""

        def prepare(uow: UnitOfWork) -> None:
            policy = a_policy(hold_first_comment=False, hold_duplicates=False, hold_links=None)
            uow.sites.change(replace(uow.sites.get("demo"), policy=policy, learning=ON))
            uow.automations.save(an_automation(level=SURE))

        self.stack.store.write(prepare)
        self.stack.start("valkey", "web", "scoring", "sweep")

    def run(self, comments: int, failpoints: Iterable[str] = POINTS) -> None:
        """Send comments in equal parts, one for each failpoint at which a worker dies, and one more."""
        points = list(failpoints)
        texts = iter(generate(comments, seed=self.seed))
        for number, point in enumerate([*points, ""], start=1):
            part = comments // (len(points) + 1) if point else comments - len(self.unwanted)
            self._restart(ROLES.get(point.partition(".")[0], "scoring"), point)
            for _ in range(part):
                self._send(next(texts), number)
            if point:
                self._wait_for_death(point)
            eventually(self._is_settled)

    def _send(self, sample: Sample, number: int) -> None:
        who = f"{len(self.unwanted)}@reader.example"
        answer = self.stack.comment(sample.body, email=who, thread={"key": f"page-{number}"})
        assert answer.status == 202, answer
        self.unwanted[str(answer.json["id"])] = sample.is_spam

    def _restart(self, role: str, point: str) -> None:
        self.stack.kill(role)
        (self.stack.home / f"{role}.log").unlink(missing_ok=True)
        self.stack.start(role, failpoint=point)

    def _wait_for_death(self, point: str) -> None:
        role = ROLES[point.partition(".")[0]]
        eventually(lambda: self._has_died(role))
        self.kills.append(point)
        self._restart(role, "")

    def _has_died(self, role: str) -> bool:
        self._decide()
        return self.stack.has_been_killed(role)

    def _decide(self) -> None:
        """The moderator decides some of what waits and was scored, as is right."""
        with self.stack.store.read() as uow:
            found = uow.queue.page(Search(sites=("demo",), status=Status.PENDING, limit=PAGE)).comments
        requests = [
            DecisionRequest(each.id, Action.REJECT, each.revision, Reason.SPAM)
            if self.unwanted[each.id]
            else DecisionRequest(each.id, Action.APPROVE, each.revision)
            for each in found
            if each.scored_at
        ]
        at = datetime.now(UTC)
        review.decide_many(self.stack.store, RecordingDispatch(), requests, ADA, sites=["demo"], at=at)

    def _is_settled(self) -> bool:
        """Whether everything is scored, decided, read and counted."""
        self._decide()
        with self.stack.store.read() as uow:
            return not (
                uow.statistics.unscored()
                or uow.queue.page(Search(sites=("demo",), status=Status.PENDING, limit=1)).comments
                or uow.lessons.any_unread()
                or uow.trials.any_uncounted(asked_before=datetime.now(UTC) - SECOND_LOOK_WAIT)
            )

    def problems(self) -> list[str]:
        """The promises that were broken; [] when none was."""
        with self.stack.store.read() as uow:
            conservation = uow.statistics.conservation()
            histories = uow.decisions.histories(list(self.unwanted))
            trials = uow.trials.get_many(list(self.unwanted))
            is_chained = not verify("demo", uow.audit.entries("demo")).broken_at
        once = all([each.by.id for each in histories[id]].count("policy") == 1 for id in self.unwanted)
        counted = all(trial.counted == trial.verdict for trial in trials.values())
        kept = {
            "comments were lost": conservation.is_whole and conservation.accepted == len(self.unwanted),
            "the policy did not decide once": once,
            "a verdict was not counted": counted,
            "the audit trail is broken": is_chained,
            "the weights are not those of one replay": self._has_right_weights(),
        }
        return [problem for problem, is_kept in kept.items() if not is_kept]

    def _has_right_weights(self) -> bool:
        """Whether the workers' weights are those of lessons that one process reads and replays."""
        store = self.stack.store
        store.write(lambda uow: uow.learning_progress.ask_for_replay("demo"))
        eventually(lambda: self._learned()[0] == self._lessons())
        self.stack.kill("scoring")
        _, learned = self._learned()
        reader = LessonReader(Scorer.load())
        store.write(lambda uow: uow.connection.execute(update(lessons).values(model="")))
        while learning.read_some(store, reader):
            pass
        with store.read() as uow:
            anew = reader.replay(uow.lessons.newest("demo", limit=MOST_LESSONS), forgotten={})
        return learned == anew.weights != b""

    def _lessons(self) -> int:
        with self.stack.store.read() as uow:
            return uow.lessons.count("demo")

    def _learned(self) -> tuple[int, bytes]:
        """From how many lessons the newest model was learned, and its weights."""
        with self.stack.store.read() as uow:
            newest = next(iter(uow.site_models.all("demo")), None)
            return (newest.lessons, uow.site_models.weights(newest.id)) if newest else (0, b"")

    def alone(self) -> tuple[int, int]:
        """How many comments the machine decided about alone, and how many of these wrongly."""
        with self.stack.store.read() as uow:
            acted = {id: each for id, each in uow.trials.get_many(list(self.unwanted)).items() if each.acted}
        return len(acted), sum((each.would is Action.REJECT) is not self.unwanted[id] for id, each in acted.items())


def main() -> int:
    """Run, print the figures, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comments", type=int, default=5_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    chosen, began = parser.parse_args(), time.monotonic()
    with fresh_database(chosen.database) as url, contextlib.closing(Stack(url)) as stack:
        site = SimulatedSite(stack, seed=chosen.seed)
        site.begin()
        site.run(chosen.comments)
        alone, wrong = site.alone()
        problems = site.problems()
    print(f"{len(site.unwanted):,} comments on {chosen.database} in {time.monotonic() - began:.0f} s")
    print(f"decided alone {alone:,}, wrongly {wrong}; killed at {', '.join(site.kills)}")
    print(f"broken promises: {'; '.join(problems) or 'none'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
