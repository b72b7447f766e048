"""The worker learns what moderators decided, and scores with what it learned, whatever kills it in between."""

import sys
from dataclasses import replace

import pytest
from sqlalchemy import update

from models.inference.sentence_encoder import PACKAGE
from models.lesson_reader import LessonReader
from models.scorer import Scorer
from moderation import learning, learning_admin
from moderation.automation import Automation
from moderation.comment import STRIKES
from moderation.config.settings import Settings
from moderation.learning import due_sites, learn_site
from moderation.lessons import SHIPPED_PIN, probability
from moderation.process import failpoints
from moderation.review import undo
from moderation.store.tables import comments
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_submission, received
from tests.models.encoders import Words, an_encoder
from tests.moderation.test_learning import Desk, lesson_ids, serving, weights
from worker.context import Context
from worker.learning import learn_next
from worker.scoring import score_waiting


class Died(BaseException):
    """An exception that nothing catches, like kill -9."""


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer.load()


@pytest.fixture
def context(sqlite_store, scorer, tmp_path) -> Context:
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})
    return Context(settings, sqlite_store, RecordingDispatch(), lambda: NOON + 300 * SECOND, scorer)


def learn_all(context: Context) -> None:
    while learn_next(context):
        pass


def scored(context: Context, body: str, **changes):
    comment = received(context.store, a_submission(body, **changes), at=NOON + 200 * SECOND)
    score_waiting(context)
    with context.store.read() as uow:
        return uow.comments.get(comment.id).score


@pytest.mark.parametrize(("mode", "in_force"), [("shadow", "shipped"), ("on", "site")])
def test_what_was_learned_is_noted_and_decides_only_where_the_site_wants_it(context, mode, in_force):
    Desk(context.store).decide_many()
    context.store.write(lambda uow: learning_admin.set_mode(uow, "demo", mode, by_id=ADA.id, at=NOON))
    before = scored(context, "A zlotko wheel for you")
    learn_all(context)
    pin_newest(context)

    after = scored(context, "Another zlotko wheel for you")

    assert (before.lines.site, after.lines.in_force) == (None, in_force)
    assert after.lines.site_model == serving(context.store, context.scorer)
    assert after.lines.site.spam > after.lines.shipped.spam + 1
    assert after.spam == pytest.approx(probability(getattr(after.lines, in_force).spam))
    learned = {part.text: part.learned for part in after.evidence if part.learned and part.head == "spam"}
    assert ("zlotko" in learned) is (mode == "on")


def pin_newest(context: Context) -> str:
    """Let the site's own line decide without a proof; returns its id."""
    newest = serving(context.store, context.scorer)
    context.store.write(lambda uow: learning_admin.pin(uow, "demo", newest, by_id=ADA.id, at=NOON))
    return newest


def test_what_was_learned_decides_once_it_is_proven_better_and_until_the_opposite_is(context):
    context.store.write(lambda uow: learning_admin.set_mode(uow, "demo", "on", by_id=ADA.id, at=NOON))
    desk = Desk(context.store)
    desk.decide_many(30)
    learn_all(context)
    early = scored(context, "A zlotko wheel for you")

    made = desk.decide_many(90)
    learn_all(context)
    proven = scored(context, "Another zlotko wheel for you")
    for id in made:
        undo(context.store, RecordingDispatch(), id, ADA, sites=["demo"], at=NOON + 250 * SECOND)
    learn_all(context)
    late = scored(context, "A third zlotko wheel for you")

    assert [each.lines.in_force for each in (early, proven, late)] == ["shipped", "site", "shipped"]
    with context.store.read() as uow:
        names = [entry.fact.action for entry in uow.audit.entries("demo")]
    assert [name for name in names if name.startswith("learning.")][1:] == ["learning.promoted", "learning.returned"]


def test_an_owner_who_went_back_to_the_shipped_model_sees_no_promotion_until_it_is_released(context):
    context.store.write(lambda uow: learning_admin.set_mode(uow, "demo", "on", by_id=ADA.id, at=NOON))
    context.store.write(lambda uow: learning_admin.pin(uow, "demo", SHIPPED_PIN, by_id=ADA.id, at=NOON))
    Desk(context.store).decide_many(120)
    learn_all(context)
    pinned = scored(context, "A zlotko wheel for you")

    context.store.write(lambda uow: learning_admin.release(uow, "demo", by_id=ADA.id, at=NOON))
    released = scored(context, "Another zlotko wheel for you")

    assert (pinned.lines.in_force, pinned.lines.site, released.lines.in_force) == ("shipped", None, "site")


def test_after_an_upgrade_the_lessons_are_learned_anew_with_the_new_model_before_they_serve(context):
    Desk(context.store).decide_many()
    learn_all(context)
    before = weights(context.store, serving(context.store, context.scorer))
    automation = Automation("demo", model=context.scorer.version)
    context.store.write(lambda uow: uow.automations.save(automation))
    upgraded = replace(context, scorer=Scorer.load(), places={})
    upgraded.scorer.version = "another"

    early = scored(upgraded, "A zlotko wheel for you")
    learn_all(upgraded)
    late = scored(upgraded, "Another zlotko wheel for you")

    assert (early.lines.site, late.lines.site is None) == (None, False)
    assert weights(context.store, serving(context.store, upgraded.scorer)) == before
    with context.store.read() as uow:
        assert uow.automations.get("demo").model == "another"


def test_after_an_upgrade_what_foresees_the_decisions_worse_does_not_serve(context, monkeypatch):
    Desk(context.store).decide_many(60)
    learn_all(context)
    upgraded = replace(context, scorer=Scorer.load(), places={})
    upgraded.scorer.version = "another"
    monkeypatch.setattr(LessonReader, "replay", with_loss(9.0))

    learn_all(upgraded)

    assert scored(upgraded, "Another zlotko wheel for you").lines.site is None
    with context.store.read() as uow:
        assert [each.passed for each in uow.site_models.all("demo") if each.model == "another"] == [False]


def with_loss(loss: float):
    """A replay after which the newest decisions are foreseen so badly, with whatever weights."""
    plain = LessonReader.replay

    def replay(self, lessons, **options):
        made = plain(self, lessons, **options)
        return replace(made, checks={**made.checks, "loss": loss})

    return replay


def test_who_wrote_it_counts_by_what_was_decided_before_and_the_card_says_so(context):
    desk = Desk(context.store)
    context.store.write(lambda uow: learning_admin.set_mode(uow, "demo", "on", by_id=ADA.id, at=NOON))
    regulars = {"friend@reader.example": False, "pest@reader.example": True}
    for n in range(60):
        for email, is_spam in regulars.items():
            desk.decide((f"This is what I think of it, {chr(97 + n % 26) * (2 + n)}", is_spam), email=email)
    learn_all(context)
    pin_newest(context)

    said = {
        email: scored(context, "A word about the crust", email=email) for email in [*regulars, "new@reader.example"]
    }

    friend, pest, new = (score.lines.site.spam for score in said.values())
    assert friend < new < new + 0.2 < pest
    codes = {email: {part.code for part in score.evidence if part.learned} for email, score in said.items()}
    assert "evidence.author_rejected" in codes["pest@reader.example"]
    assert "evidence.author_approved" in codes["friend@reader.example"]
    for score in said.values():
        weights = [part.weight for part in score.evidence if part.head == "spam"]
        assert sum(weights) == pytest.approx(score.lines.site.spam, abs=1e-6)


def test_behind_a_proxy_that_hides_addresses_words_are_learned_all_the_same(context):
    Desk(context.store, network="203.0.113").decide_many(60)
    learn_all(context)

    with context.store.read() as uow:
        strongest = uow.site_models.all("demo")[0].summary["heads"]["spam"]["strongest"]
    assert "zlotko" in [word["word"] for word in strongest]


def test_a_site_that_is_off_has_no_line_of_its_own(context):
    Desk(context.store).decide_many()
    learn_all(context)
    context.store.write(lambda uow: learning_admin.set_mode(uow, "demo", "off", by_id=ADA.id, at=NOON))

    assert scored(context, "A zlotko wheel for you").lines.site is None


def test_comments_that_wait_are_scored_before_anything_is_learned(context):
    Desk(context.store).decide_many(6)
    waiting = received(context.store, at=NOON + 100 * SECOND)

    learn_next(context)

    with context.store.read() as uow:
        assert uow.comments.get(waiting.id).scored_at
        assert uow.lessons.any_unread()


def test_lessons_wait_while_the_encoder_cannot_be_loaded(context, monkeypatch):
    Desk(context.store).decide_many(6)
    monkeypatch.setitem(sys.modules, PACKAGE, None)
    encoder = replace(an_encoder(), loaded=[])
    without = replace(context, scorer=Scorer.load(encoder=encoder))

    learn_all(without)

    with context.store.read() as uow:
        assert uow.lessons.any_unread()
    encoder.loaded.append(Words())
    learn_all(without)
    with context.store.read() as uow:
        assert not uow.lessons.any_unread()


@pytest.mark.parametrize("name", [name for name in failpoints.FAILPOINTS if name.startswith("learning.")])
def test_a_death_at_any_point_changes_nothing_of_what_is_learned(context, monkeypatch, name):
    Desk(context.store).decide_many()
    learn_all(context)
    expected = weights(context.store, serving(context.store, context.scorer))
    forget_all(context)

    with monkeypatch.context() as patch:
        patch.setattr(failpoints, "reach", dies_at(name))
        with pytest.raises(Died):
            learn_all(context)
    learn_all(context)

    assert weights(context.store, serving(context.store, context.scorer)) == expected != b""


def forget_all(context: Context) -> None:
    """As if nobody had learned from the lessons yet."""

    def forget(uow):
        for table in ("site_models", "lessons", "site_learning"):
            uow.connection.exec_driver_sql(f"DELETE FROM {table}")

    context.store.write(forget)
    learning.note_history(context.store, "demo")


def dies_at(name: str):
    def reach(point: str) -> None:
        if point == name:
            raise Died

    return reach


def test_a_lesson_whose_text_is_gone_before_it_was_read_is_dropped(context):
    Desk(context.store).decide_many(6)
    gone = update(comments).where(comments.c.revision > 1).values(erased_at=NOON, body="")
    context.store.write(lambda uow: uow.connection.execute(gone))

    learn_all(context)

    assert lesson_ids(context.store) == []


def test_a_lesson_whose_text_crashes_the_classifier_is_skipped_and_named_by_its_id(context, monkeypatch, caplog):
    desk = Desk(context.store)
    desk.decide_many(6)
    [poison] = desk.decide(("A poisonous text", True))
    plain = Scorer.observe_many

    def observe_many(self, readings):
        if any("poisonous" in reading.body for reading in readings):
            raise ValueError("A poisonous text")
        return plain(self, readings)

    monkeypatch.setattr(Scorer, "observe_many", observe_many)
    learn_all(context)

    assert len(lesson_ids(context.store)) == 6
    assert f"lesson not readable lesson={poison} problem=ValueError" in caplog.text
    assert "lessons skipped count=1" in caplog.text
    assert "poisonous" not in caplog.text


def test_a_text_that_killed_the_classifier_too_often_is_no_lesson(context):
    Desk(context.store).decide_many(6)
    killed = update(comments).where(comments.c.revision > 1).values(attempts=STRIKES + 1)
    context.store.write(lambda uow: uow.connection.execute(killed))

    learn_all(context)

    assert lesson_ids(context.store) == []


def test_a_site_whose_lessons_cannot_be_replayed_stops_no_other(context, monkeypatch, caplog):
    Desk(context.store).decide_many()

    def learn(store, reader, site_id, **options):
        if site_id == "broken":
            raise ValueError("broken")
        return learn_site(store, reader, site_id, **options)

    monkeypatch.setattr("worker.learning.learn_site", learn)
    monkeypatch.setattr("worker.learning.due_sites", lambda *asked: ["broken", *due_sites(*asked)])
    learn_all(context)

    assert serving(context.store, context.scorer)
    assert "learning failed site=broken problem=ValueError" in caplog.text


def test_a_classifier_that_fails_on_every_text_costs_no_lesson(context, monkeypatch):
    Desk(context.store).decide_many(6)

    with monkeypatch.context() as broken, pytest.raises(MemoryError):
        broken.setattr(Scorer, "observe_many", raising(MemoryError()))
        learn_all(context)
    before = lesson_ids(context.store)
    learn_all(context)

    assert before == lesson_ids(context.store)
    assert len(before) == 6


def raising(problem):
    def fail(*_, **__):
        raise problem

    return fail
