"""Automation as its owners see it, and second looks as moderators answer them."""

from dataclasses import replace

import pytest

from moderation import automation_admin, review
from moderation.accounts import Role
from moderation.actions import Action
from moderation.automation import Mode, Pause
from moderation.comment import Status
from moderation.proof import Ladder
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.score import SHIPPED
from tests.builders import ADA as FIRST
from tests.builders import NOON, SECOND, RecordingDispatch, a_score, an_automation, automated, received, settled

PAGE = "/dashboard/sites/demo/automation"
FORM = {"mode": "on", "approve_one_in": "100", "reject_one_in": "1000"}


@pytest.fixture
def olga(signed_in):
    """An owner's browser."""
    return signed_in("Olga", Role.OWNER)


def counted(seen, wrong):
    return {(SHIPPED, Action.APPROVE): Ladder(seen=(seen,) * 6, wrong=(wrong,) * 6)}


def automation(store):
    with store.read() as uow:
        return uow.automations.get("demo")


def test_the_page_says_what_is_proven_and_what_is_still_needed(olga, sqlite_store):
    sqlite_store.write(lambda uow: uow.automations.save(an_automation(ladders=counted(1_204, 1))))

    text = olga.get(PAGE).text

    assert "Of 1,204 comments that Rejoinder would have published alone, people rejected 1." in text
    assert "Even with bad luck, no more than 1 in 125 is wrong." in text
    assert "You allow 1 wrong in 200. That is not shown yet, so moderators decide." in text
    assert "It takes 717 more such comments without an error before it may." in text
    assert "Of 0 comments that Rejoinder would have rejected alone, people approved 0." in text
    assert "It takes 6,007 more such comments without an error" in text


def test_budgets_are_tried_on_what_was_decided_before_they_are_saved(olga, sqlite_store, clock):
    automated(sqlite_store, an_automation(ladders=counted(1_000, 0), mode=Mode.SHADOW))
    comment = settled(sqlite_store, received(sqlite_store), a_score(0.001, 0.001))
    reject = DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
    review.decide(sqlite_store, RecordingDispatch(), reject, FIRST, sites=["demo"], at=NOON + 2 * SECOND)
    sqlite_store.write(
        lambda uow: automation_admin.count_verdicts(uow, "demo", limit=9, has_mail=False, at=NOON + 3 * SECOND)
    )

    loose, strict = (olga.submit(PAGE, **FORM | {"try": "1", "approve_one_in": n}).text for n in ("50", "5000"))

    assert "It would have published 1 comment alone. Of 1 that people decided, they rejected 1." in loose
    assert f"/dashboard/comments/{comment.id}" in loose
    assert "With 1 wrong in 5,000 it would do nothing yet" in strict
    assert 'value="5000"' in strict
    assert automation(sqlite_store).mode is Mode.SHADOW
    assert automation(sqlite_store).one_in[Action.APPROVE] == 200


def test_the_page_says_what_is_done_alone(olga, sqlite_store, clock):
    automated(sqlite_store)
    settled(sqlite_store, received(sqlite_store), a_score(0.001, 0.001))
    clock.wait(2 * SECOND)

    text = olga.get(PAGE).text

    assert "You allow 1 wrong in 200. Moderators&#39; decisions show that it keeps to that, so it decides." in text
    assert "In 30 days 1 comment waited for a decision although no rule objects." in text
    assert "Give everything back to moderators" in text


def test_what_is_proven_and_not_switched_on_is_left_to_moderators(olga, sqlite_store):
    sqlite_store.write(lambda uow: uow.automations.save(an_automation(mode=Mode.SHADOW)))

    text = olga.get(PAGE).text

    assert "It is not switched on, so moderators decide." in text
    assert "Give everything back to moderators" not in text


def test_an_owner_chooses_mode_and_budgets(olga, sqlite_store):
    page = olga.submit(PAGE, **FORM)

    assert "nothing is done without a proof" in page.text
    assert automation(sqlite_store).mode is Mode.ON
    assert automation(sqlite_store).one_in == {Action.APPROVE: 100, Action.REJECT: 1_000}


@pytest.mark.parametrize("wrong", [{"approve_one_in": "3"}, {"reject_one_in": "many"}, {"mode": "perhaps"}])
def test_what_makes_no_sense_is_refused_and_stays_in_its_field(olga, sqlite_store, wrong):
    page = olga.submit(PAGE, **FORM | wrong)

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert automation(sqlite_store).mode is Mode.SHADOW


def test_an_owner_gives_everything_back(olga, sqlite_store, dispatch):
    automated(sqlite_store)

    page = olga.submit(f"{PAGE}/pause")

    assert "Everything is given back" in page.text
    assert automation(sqlite_store).paused is Pause.OWNER
    assert dispatch.rings == ["delivery"]


def test_owners_are_told_on_the_queue_that_it_was_paused(olga, signed_in, sqlite_store):
    paused = replace(an_automation(), mode=Mode.SHADOW, paused=Pause.ERRORS, paused_at=NOON)
    sqlite_store.write(lambda uow: uow.automations.save(paused))

    notice = "Automation of demo is paused"
    assert notice in olga.get("/dashboard/").text
    assert notice not in signed_in("Mina", Role.MODERATOR).get("/dashboard/").text
    assert "Moderators decided against it far more often" in olga.get(PAGE).text

    olga.submit(PAGE, **FORM)

    assert notice not in olga.get("/dashboard/").text


def test_automation_is_for_owners(signed_in):
    assert signed_in("Mina", Role.MODERATOR).get(PAGE).status_code == 403


def asked_about(store):
    """A comment that Ada rejected though it scored clean, so that others are asked."""
    automated(store, an_automation(level=-1))
    comment = settled(store, received(store), a_score(0.001, 0.001))
    request = DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
    review.decide(store, RecordingDispatch(), request, FIRST, sites=["demo"], at=NOON)
    count(store)
    return comment


def count(store):
    store.write(lambda uow: automation_admin.count_verdicts(uow, "demo", limit=9, has_mail=False, at=NOON + SECOND))


def status_of(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id).status


def test_a_second_look_shows_the_comment_and_not_the_first_decision(signed_in, sqlite_store):
    comment = asked_about(sqlite_store)

    text = signed_in("Mina").get("/dashboard/second-looks").text

    assert comment.body in text
    assert "Ada" not in text
    assert "ejected" not in text


def test_a_second_look_that_confirms_decides_nothing_anew(signed_in, sqlite_store):
    comment = asked_about(sqlite_store)

    page = signed_in("Mina").submit(f"/dashboard/comments/{comment.id}/second-look", action="reject", reason="abuse")

    assert "Nobody needs a second opinion" in page.text
    with sqlite_store.read() as uow:
        assert len(uow.decisions.history(comment.id)) == 2
        assert [entry.fact.action for entry in uow.audit.entries("demo")][-1] == "second_look.confirmed"
    count(sqlite_store)
    assert automation(sqlite_store).ladder(SHIPPED, Action.APPROVE).wrong == (1,) * 6


def test_a_second_look_that_disagrees_decides(signed_in, sqlite_store):
    comment = asked_about(sqlite_store)

    signed_in("Mina").submit(f"/dashboard/comments/{comment.id}/second-look", action="approve")

    assert status_of(sqlite_store, comment) is Status.APPROVED
    count(sqlite_store)
    assert automation(sqlite_store).ladder(SHIPPED, Action.APPROVE).wrong == (0,) * 6


def test_a_comment_that_nobody_is_asked_about_is_not_found(signed_in, sqlite_store):
    comment = settled(sqlite_store, received(sqlite_store))

    page = signed_in("Mina").submit(f"/dashboard/comments/{comment.id}/second-look", action="approve")

    assert page.status_code == 404
    assert status_of(sqlite_store, comment) is Status.PENDING
