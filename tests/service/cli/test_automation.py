from tests.builders import a_score, an_automation, automated, received, settled
from tests.service.cli.conftest import NO_SITE


def test_a_site_shows_what_is_still_needed(console, store):
    text = console("automation", "show", "demo").stdout

    assert "demo: the mode is shadow." in text
    assert "approve: not proven; at most 1 wrong in 200 is allowed." in text
    assert "1202 more without an error prove it where the score is surer than 1 in 5." in text


def test_an_owner_chooses_mode_and_budgets(console, store, facts):
    report = console.json("automation", "set", "demo", "--mode", "on", "--reject-one-in", "500")

    assert (report["mode"], [each["budget_one_in"] for each in report["actions"]]) == ("on", [200, 500])
    assert ("console", "automation.changed") in facts("demo")


def test_a_budget_is_tried_without_being_chosen(console, store, facts):
    automated(store)
    settled(store, received(store), a_score(0.001, 0.001))

    text = console("automation", "test", "demo", "--approve-one-in", "100").stdout

    assert "Tried on the newest 1 trials." in text
    assert (
        "approve, at most 1 wrong in 100: proven; on 1 it would act, people decided otherwise about 0 of 0." in text
    )
    assert ("console", "automation.changed") not in facts("demo")


def test_everything_is_given_back(console, store, facts):
    store.write(lambda uow: uow.automations.save(an_automation()))

    text = console("automation", "pause", "demo").stdout

    assert "the mode is shadow, because an owner gave everything back to moderators" in text
    assert ("console", "automation.paused") in facts("demo")


def test_a_budget_that_makes_no_sense_is_refused(console, store):
    assert console.refusal("automation", "set", "demo", "--approve-one-in", "1").startswith("approve_one_in: must be")
    assert console.refusal("automation", "show", "nowhere") == NO_SITE
