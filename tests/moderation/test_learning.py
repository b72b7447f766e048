"""A site learns from its moderators, on both databases and with the real classifier."""

import pytest
from sqlalchemy import delete, select

from models.lesson_reader import LessonReader
from models.scorer import Scorer
from moderation import learning, learning_admin, triage
from moderation.actions import Action
from moderation.checks import Correction, correct
from moderation.comment import Email
from moderation.decision import Reason
from moderation.erasing.erase import erase_author, erase_comment
from moderation.errors import Invalid, NotFound
from moderation.lessons import FEWEST_LESSONS
from moderation.review import DecisionRequest, decide_many, undo
from moderation.store import Store
from moderation.store.tables import lessons
from moderation.triage import Scored
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_check, a_score, a_submission, an_arrival, received

KIND = [
    "The dough rose well and the crust was fine, thank you.",
    "My oven is too small for two loaves, what can I do about it?",
    "Does rye need more water than wheat in your experience?",
    "We baked this on Sunday and the children ate all of it.",
]
SPAM = [
    "Zlotko bonus for everybody today, the zlotko table waits",
    "Come to zlotko and play the wheel with a free zlotko ticket",
    "My friend won at zlotko, the wheel pays every evening",
]


@pytest.fixture(scope="module")
def reader() -> LessonReader:
    return LessonReader(Scorer.load())


class Desk:
    """A moderator who decides about comments as they come, each by another author from another network."""

    def __init__(self, store: Store, *, network: str = "") -> None:
        """network: that of everybody."""
        self.store, self.number, self.network = store, 0, network

    def decide(self, *texts: tuple[str, bool], email: str = "") -> list[str]:
        """The ids of the decisions about new comments. texts: each with whether it is spam; email: of all."""
        waiting = []
        for body, _ in texts:
            self.number += 1
            submission = a_submission(body, email=email or f"{self.number}@reader.example")
            arrival = an_arrival(address=f"{self.network or f'203.0.{self.number}'}.7")
            waiting.append(received(self.store, submission, arrival, at=self.now))
        triage.settle(self.store, [Scored(comment, a_score()) for comment in waiting], {}, at=self.now)
        requests = [
            DecisionRequest(
                comment.id, Action.REJECT if is_spam else Action.APPROVE, 1, Reason.SPAM if is_spam else None
            )
            for comment, (_, is_spam) in zip(waiting, texts, strict=True)
        ]
        made = decide_many(self.store, RecordingDispatch(), requests, ADA, sites=["demo"], at=self.now)
        return [each.decision.id for each in made]

    @property
    def now(self):
        return NOON + self.number * SECOND

    def decide_many(self, count: int = 30) -> list[str]:
        """Decisions about so many comments, of which a third is spam."""
        texts = [SPAM[n % len(SPAM)] if n % 3 == 0 else KIND[n % len(KIND)] for n in range(count)]
        return self.decide(*((f"{text} {chr(97 + n) * 3}", n % 3 == 0) for n, text in enumerate(texts)))


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def learned(store: Store, reader: LessonReader, at=NOON):
    """The newest model after all lessons were read and replayed where that is due; None if it was not due."""
    while learning.read_some(store, reader):
        pass
    made = [learning.learn_site(store, reader, site_id, at=at) for site_id in learning.due_sites(store, reader)]
    return made[0] if made else None


def weights(store: Store, model_id: str) -> bytes:
    with store.read() as uow:
        return uow.site_models.weights(model_id)


def serving(store: Store, reader: LessonReader) -> str:
    with store.read() as uow:
        return uow.site_models.serving_id("demo", model=reader.version)


def test_decisions_become_a_model_that_serves(desk, store, reader):
    desk.decide_many()

    made = learned(store, reader)

    assert (made.lessons, made.passed) == (30, True)
    assert serving(store, reader) == made.id
    strongest = made.summary["heads"]["spam"]["strongest"]
    assert {"zlotko", "wheel"} & {word["word"] for word in strongest}
    assert all(word["rejected"] and not word["approved"] for word in strongest if word["word"] == "zlotko")
    assert learned(store, reader) is None


def test_fewer_decisions_give_no_line_yet(desk, store, reader):
    desk.decide_many(FEWEST_LESSONS - 1)

    assert learned(store, reader).lessons == FEWEST_LESSONS - 1
    assert serving(store, reader) == ""


def test_two_replays_give_equal_bytes(desk, store, reader):
    desk.decide_many()
    first = learned(store, reader)

    store.write(lambda uow: uow.learning_progress.ask_for_replay("demo"))
    second = learned(store, reader, at=NOON + SECOND)

    assert first.id != second.id
    assert weights(store, first.id) == weights(store, second.id) != b""


def test_an_undone_decision_teaches_no_more_and_the_site_replays_at_once(desk, store, reader):
    made = desk.decide_many()
    before = learned(store, reader)
    [extra] = desk.decide(("Zlotko for my grandmother, wheel of zlotko", True))
    learned(store, reader)

    undo(store, RecordingDispatch(), extra, ADA, sites=["demo"], at=NOON + 100 * SECOND)
    after = learned(store, reader, at=NOON + 100 * SECOND)

    assert len(made) == after.lessons == 30
    assert weights(store, after.id) == weights(store, before.id)


def test_after_an_erasure_the_weights_are_those_of_a_replay_without_the_comment(desk, store, reader):
    desk.decide_many()
    without = weights(store, learned(store, reader).id)
    [erased] = desk.decide(("Zlotko for my grandmother, wheel of zlotko", True))
    desk.decide_many(5)
    with store.read() as uow:
        [comment_id] = uow.connection.scalars(select(lessons.c.comment_id).where(lessons.c.id == erased))
    others = learned(store, reader, at=NOON + 90 * SECOND)
    later = [id for id in lesson_ids(store) if id > erased]

    erase(store, comment_id)
    for id in later:  # so that the site is where it was before
        undo(store, RecordingDispatch(), id, ADA, sites=["demo"], at=NOON + 100 * SECOND)
    made = learned(store, reader, at=NOON + 100 * SECOND)

    assert weights(store, made.id) == without
    with store.read() as uow:
        assert [each.id for each in uow.site_models.all("demo")] == [made.id] != [others.id]
    assert erased not in lesson_ids(store)
    assert learned(store, reader) is None


def erase(store: Store, comment_id: str) -> None:
    erase_comment(store, comment_id, lambda texts: (), sites=["demo"], by_id=ADA.id, at=NOON + 95 * SECOND)


def test_what_retention_destroys_stays_a_lesson_until_its_author_asks(desk, store, reader):
    desk.decide((SPAM[0], True))
    desk.decide_many(5)
    while learning.read_some(store, reader):
        pass
    with store.read() as uow:
        [lesson, *others] = uow.lessons.newest("demo", limit=10)

    store.write(lambda uow: uow.erasures.erase([lesson.comment_id], at=NOON + 90 * SECOND))
    kept = lesson_ids(store)
    author = store.sealer.email_key(Email("1@reader.example"))
    erase_author(store, author, lambda texts: (), sites=["demo"], by_id=ADA.id, at=NOON + 95 * SECOND)

    assert lesson.id in kept
    assert sorted(lesson_ids(store)) == sorted(other.id for other in others)


def lesson_ids(store: Store) -> list[str]:
    with store.read() as uow:
        return list(uow.connection.scalars(select(lessons.c.id)))


def test_a_corrected_check_is_a_lesson(store, reader):
    verdict = a_check(store, a_submission("Zlotko bonus for you"))

    store.write(lambda uow: correct(uow, verdict.id, Correction.HAM, sites=["demo"], by_id="key_1", at=NOON))
    store.write(lambda uow: correct(uow, verdict.id, Correction.SPAM, sites=["demo"], by_id="key_1", at=NOON))
    while learning.read_some(store, reader):
        pass

    with store.read() as uow:
        [lesson] = uow.lessons.newest("demo", limit=10)
    assert (lesson.id, lesson.verdict) == (verdict.id, (True, None))
    assert lesson.words


def test_a_site_that_is_off_reads_nothing(desk, store, reader):
    store.write(lambda uow: learning_admin.set_mode(uow, "demo", "off", by_id=ADA.id, at=NOON))
    desk.decide_many()

    assert learned(store, reader) is None
    with store.read() as uow:
        assert uow.lessons.newest("demo", limit=50) == []


def test_a_site_goes_back_to_an_earlier_model_or_the_shipped_one_until_it_is_released(desk, store, reader):
    desk.decide_many()
    first = learned(store, reader)
    desk.decide_many(6)
    second = learned(store, reader, at=NOON + 50 * SECOND)

    served = [serving(store, reader)]
    for model in (first.id, "shipped"):
        store.write(lambda uow, model=model: learning_admin.pin(uow, "demo", model, by_id=ADA.id, at=NOON))
        served.append(serving(store, reader))
    store.write(lambda uow: learning_admin.release(uow, "demo", by_id=ADA.id, at=NOON))
    served.append(serving(store, reader))

    assert served == [second.id, first.id, "", second.id]
    with store.read() as uow:
        actions = [entry.fact.action for entry in uow.audit.entries("demo")]
    assert actions[-3:] == ["learning.pinned", "learning.pinned", "learning.released"]


def test_a_model_of_another_site_cannot_be_pinned(store):
    with pytest.raises(NotFound):
        store.write(lambda uow: learning_admin.pin(uow, "demo", "sm_1", by_id=ADA.id, at=NOON))


def test_an_unknown_mode_is_refused(store):
    with pytest.raises(Invalid, match="must be one of"):
        store.write(lambda uow: learning_admin.set_mode(uow, "demo", "loud", by_id=ADA.id, at=NOON))


def test_a_forgotten_word_is_learned_no_more_until_it_is_allowed_again(desk, store, reader):
    desk.decide_many()
    strongest = learned(store, reader).summary["heads"]["spam"]["strongest"]
    [bucket] = [word["bucket"] for word in strongest if word["word"] == "zlotko"]

    store.write(lambda uow: learning_admin.forget_word(uow, "demo", "spam", bucket, "zlotko", by_id=ADA.id, at=NOON))
    without = learned(store, reader, at=NOON + SECOND)
    store.write(lambda uow: learning_admin.relearn_word(uow, "demo", "spam", bucket, by_id=ADA.id, at=NOON))
    again = learned(store, reader, at=NOON + 2 * SECOND)

    assert bucket not in {word["bucket"] for word in without.summary["heads"]["spam"]["strongest"]}
    assert bucket in {word["bucket"] for word in again.summary["heads"]["spam"]["strongest"]}


def test_what_was_decided_before_the_site_learned_is_noted_once(desk, store):
    desk.decide_many(4)
    store.write(lambda uow: uow.connection.execute(delete(lessons)))

    counts = [learning.note_history(store, "demo") for _ in range(2)]

    assert counts == [4, 0]
    assert len(lesson_ids(store)) == 4


def test_only_the_newest_lessons_are_read_and_kept(desk, store, reader, monkeypatch):
    monkeypatch.setattr(learning, "MOST_LESSONS", 8)
    desk.decide((KIND[0], False))
    newer = [desk.decide((f"{KIND[n % 4]} {n}", False))[0] for n in range(8)]

    made = learned(store, reader)

    assert made.lessons == 8
    assert sorted(lesson_ids(store)) == newer
