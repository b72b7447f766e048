from moderation.accounts import Scope
from moderation.actions import Action
from moderation.automation import Mode
from moderation.proof import Ladder
from moderation.score import SHIPPED
from tests.builders import an_automation
from tests.service.bodies import wrong_fields

AUTOMATION = "/v1/sites/demo/automation"


def test_a_new_site_is_in_shadow_with_nothing_proven(client, key):
    report = client.get(AUTOMATION, headers=key(Scope.READ)).get_json()

    assert (report["mode"], report["paused"], report["trials"]) == ("shadow", None, 0)
    [approving, rejecting] = report["actions"]
    assert (approving["budget_one_in"], approving["is_proven"], approving["at_most_one_in"]) == (200, False, None)
    assert (approving["missing"], rejecting["missing"]) == (1_202, 6_007)


def test_the_bound_so_far_and_what_is_still_needed_are_told(client, sqlite_store, key):
    counted = Ladder(seen=(1_204,) * 6, wrong=(1,) * 6)
    automation = an_automation(ladders={(SHIPPED, Action.APPROVE): counted})
    sqlite_store.write(lambda uow: uow.automations.save(automation))

    [approving, _] = client.get(AUTOMATION, headers=key()).get_json()["actions"]

    assert (approving["seen"], approving["wrong"], approving["at_most_one_in"]) == (1_204, 1, 125)
    assert (approving["missing"], approving["sure_one_in"]) == (717, 5)


def test_an_owner_changes_mode_and_budget(client, sqlite_store, key):
    answer = client.patch(AUTOMATION, json={"mode": "on", "approve_one_in": 100}, headers=key())

    assert (answer.get_json()["mode"], answer.get_json()["actions"][0]["budget_one_in"]) == ("on", 100)
    with sqlite_store.read() as uow:
        assert uow.automations.get("demo").one_in == {Action.APPROVE: 100, Action.REJECT: 1_000}


def test_an_owner_gives_everything_back(client, sqlite_store, dispatch, key):
    sqlite_store.write(lambda uow: uow.automations.save(an_automation()))

    answer = client.post(f"{AUTOMATION}/pause", headers=key())

    assert (answer.get_json()["mode"], answer.get_json()["paused"]) == (Mode.SHADOW, "owner")
    assert dispatch.rings == ["delivery"]


def test_what_makes_no_sense_names_its_field(client, key):
    for wrong in ({"mode": "maybe"}, {"approve_one_in": 19}, {"reject_one_in": 100_001}, {"mood": 1}):
        answer = client.patch(AUTOMATION, json=wrong, headers=key())

        assert answer.status_code == 422
        assert set(wrong_fields(answer)) == set(wrong)


def test_a_moderator_may_read_but_not_change(client, key):
    assert client.get(AUTOMATION, headers=key(Scope.MODERATE)).status_code == 200
    assert client.patch(AUTOMATION, json={"mode": "on"}, headers=key(Scope.MODERATE)).status_code == 403
    assert client.post(f"{AUTOMATION}/pause", headers=key(Scope.MODERATE)).status_code == 403
