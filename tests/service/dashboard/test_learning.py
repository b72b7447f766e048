"""The page *Learning*: sentences, words that can be forgotten, models to go back to; for whom."""

from dataclasses import replace

import pytest

from models.lesson_reader import LessonReader
from models.scorer import Scorer
from moderation.accounts import Role
from tests.builders import NOON, SECOND
from tests.moderation.test_learning import Desk, learned, serving

PAGE = "/dashboard/sites/demo/learning"


@pytest.fixture(scope="module")
def reader() -> LessonReader:
    return LessonReader(Scorer.load())


@pytest.fixture
def model(sqlite_store, reader):
    """What the site learned from thirty decisions."""
    Desk(sqlite_store).decide_many()
    return learned(sqlite_store, reader)


@pytest.fixture
def olga(signed_in):
    """An owner's browser."""
    return signed_in("Olga", Role.OWNER)


def test_before_the_first_decision_the_page_says_what_is_needed(olga):
    page = olga.client.get("/dashboard/learning", follow_redirects=True).text

    assert "It learned from 0 decisions." in page
    assert "The site needs 20 more decisions before it has a line of its own." in page


def test_the_page_says_from_what_it_learned_and_which_words_are_strongest(olga, model):
    page = olga.get(PAGE).text

    assert "It learned from 30 decisions." in page
    assert "Of the last 15 decisions, the shipped model alone would have taken" in page
    assert "zlotko" in page
    assert "points to spam" in page
    assert "/dashboard/comments/cmt_" in page


def test_an_owner_turns_learning_on(olga, model, sqlite_store):
    page = olga.submit(f"{PAGE}/mode", mode="on").text

    assert "Saved." in page
    with sqlite_store.read() as uow:
        assert uow.sites.get("demo").learning == "on"


def test_an_unknown_mode_changes_nothing(olga, sqlite_store):
    assert olga.submit(f"{PAGE}/mode", mode="loud").status_code == 422
    with sqlite_store.read() as uow:
        assert uow.sites.get("demo").learning == "shadow"


def test_an_owner_goes_back_to_the_shipped_model_and_releases_it(olga, model, sqlite_store, reader):
    back = olga.submit(f"{PAGE}/pin", model="shipped").text
    served = serving(sqlite_store, reader)
    released = olga.submit(f"{PAGE}/release").text

    assert "went back to the shipped model" in back
    assert served == ""
    assert "Released: the newest model serves again." in released
    assert serving(sqlite_store, reader) == model.id


def test_a_moderator_forgets_a_word_and_lets_it_be_learned_again(signed_in, model, sqlite_store, reader):
    mina = signed_in("Mina", Role.MODERATOR)
    [bucket] = [w["bucket"] for w in model.summary["heads"]["spam"]["strongest"] if w["word"] == "zlotko"]

    forgotten = mina.submit(f"{PAGE}/forget", head="spam", bucket=bucket).text
    learned(sqlite_store, reader, at=NOON + SECOND)
    without = mina.get(PAGE).text
    again = mina.submit(f"{PAGE}/relearn", head="spam", bucket=bucket).text

    assert "Learn zlotko again" in forgotten
    assert "Forget zlotko" not in without
    assert "Learn zlotko again" not in again


def test_a_moderator_sees_the_page_and_cannot_change_how_the_site_learns(signed_in, model):
    mina = signed_in("Mina", Role.MODERATOR)

    page = mina.get(PAGE)
    answers = [
        mina.submit(f"{PAGE}/{action}", **fields).status_code
        for action, fields in (("mode", {"mode": "on"}), ("pin", {"model": "shipped"}), ("release", {}))
    ]

    assert page.status_code == 200
    assert "Whether it learns" not in page.text
    assert answers == [403] * 3


def test_a_viewer_forgets_nothing(signed_in, model):
    vera = signed_in("Vera", Role.VIEWER)

    assert vera.get(PAGE).status_code == 200
    assert vera.submit(f"{PAGE}/forget", head="spam", bucket="7").status_code == 403


def test_a_word_that_is_none_is_refused(olga):
    assert olga.submit(f"{PAGE}/forget", head="spam", bucket="seven").status_code == 422


@pytest.mark.parametrize(
    ("version", "who"), [("", "the one before it serves"), ("-next", "the shipped model decides")]
)
def test_the_page_says_what_serves_when_the_newest_model_did_not_pass(olga, model, sqlite_store, version, who):
    failed = replace(model, id="sm_z", model=model.model + version, passed=False)
    sqlite_store.write(lambda uow: uow.site_models.add(failed, b"weights"))

    page = olga.get(PAGE).text

    assert f"The newest model did not pass its checks, so {who}." in page


def test_an_owner_sees_who_is_doubted_and_the_decisions_behind_it(olga, signed_in, model, sqlite_store):
    doubted = replace(model, id="sm_z", summary={**model.summary, "doubted": ["mod_ben"]})
    sqlite_store.write(lambda uow: uow.site_models.add(doubted, b"weights"))

    page = olga.get(PAGE).text

    assert "The newest decisions of <bdi>mod_ben</bdi> differ so much" in page
    assert "/dashboard/sites/demo/audit?kind=decision.&amp;by=mod_ben" in page
    assert "mod_ben" not in signed_in("Mina", Role.MODERATOR).get(PAGE).text
