"""`rejoinder learn`: begins with old decisions, shows the models, and goes back."""

from sqlalchemy import delete

from moderation.store.tables import lessons
from tests.moderation.test_learning import Desk
from tests.service.cli.conftest import NO_SITE


def test_it_learns_from_old_decisions_and_says_what_they_foretell(console, store):
    Desk(store).decide_many()
    store.write(lambda uow: uow.connection.execute(delete(lessons)))  # as if decided before the site learned

    said = console("learn", "demo", "--from-history").stdout
    again = console.json("learn", "demo", "--from-history")

    assert "Decisions noted: 30." in said
    assert "From 24 decisions it foresaw the 6 newest" in said
    assert again["history"]["noted"] == 0
    assert [(model["decisions"], model["passed"]) for model in again["models"]] == [(30, True)] * 2


def test_a_site_goes_back_and_is_released_and_its_mode_is_chosen(console, store):
    Desk(store).decide_many()
    [model] = console.json("learn", "demo", "--from-history")["models"]

    pinned = [
        console.json("learn", "demo", *options)["pinned"]
        for options in (["--rollback"], ["--rollback", model["id"]], ["--release"])
    ]
    mode = console.json("learn", "demo", "--mode", "on")["mode"]

    assert pinned == ["shipped", model["id"], None]
    assert mode == "on"


def test_before_anything_was_decided_there_is_no_model(console, store):
    assert "It has no model yet." in console("learn", "demo").stdout


def test_too_few_decisions_give_no_model_and_it_says_how_many_are_missing(console, store):
    Desk(store).decide_many(3)

    said = console("learn", "demo", "--from-history").stdout

    assert "There are 3 to learn from, too few: it takes 17 more to begin." in said
    assert "It has no model yet." in said


def test_what_does_not_exist_or_contradicts_itself_is_refused(console, store):
    assert console.refusal("learn", "nowhere") == NO_SITE
    assert console.refusal("learn", "demo", "--rollback", "sm_1") == (
        "There is no such model. `rejoinder learn SITE` lists those that exist."
    )
    assert console.refusal("learn", "demo", "--rollback", "--release").startswith("release: ")
