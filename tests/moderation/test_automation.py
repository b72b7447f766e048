"""Automation in the store: what is counted of people's decisions, second looks, the alarm and pauses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from moderation import appeal_review, automation_admin, review, second_look
from moderation.actions import Action
from moderation.appeal_review import AppealDecision
from moderation.appeals import Outcome
from moderation.automation import SPOT_CHECKS, WATCHED, Automation, Mode, Pause
from moderation.comment import Status
from moderation.errors import AlreadyDecided, Invalid, NotFound
from moderation.outbox.delivery import DeliverySearch
from moderation.proof import Alarm, Ladder
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.score import SHIPPED, SITE, LogOdds
from moderation.trials import Trial, coin
from moderation.webhooks.events import EventType
from tests.builders import (
    ADA,
    BEN,
    DAY,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    an_automation,
    automated,
    received,
    settled,
)

CLEAN = a_score(0.001, 0.001)


def test_what_is_counted_and_chosen_is_read_back_as_it_was_stored(store):
    automation = Automation(
        "demo",
        mode=Mode.ON,
        one_in={Action.APPROVE: 100, Action.REJECT: 500},
        line=SITE,
        watched=3,
        paused=Pause.ERRORS,
        paused_at=NOON,
        ladders={(SHIPPED, Action.APPROVE): Ladder((6, 5, 4, 3, 2, 1), (1, 0, 0, 0, 0, 0))},
        alarms={Action.REJECT: Alarm((0.5, 1.5))},
        model="rejoinder-1",
    )

    store.write(lambda uow: uow.automations.save(automation))

    with store.read() as uow:
        assert uow.automations.get("demo") == automation
        assert uow.automations.get_many(["demo", "other"])["other"] == Automation("other")


def test_a_trial_is_read_back_as_it_was_stored(store):
    comment = received(store)
    trial = Trial(
        comment.id,
        "demo",
        NOON,
        SHIPPED,
        {SHIPPED: LogOdds(-5.0, -4.0), SITE: LogOdds(-6.0, -3.0)},
        would=Action.APPROVE,
        is_fair=True,
        on=frozenset({Action.APPROVE}),
        model="rejoinder-1",
    )

    store.write(lambda uow: uow.trials.add([trial]))

    assert trial_of(store, comment) == trial


def test_another_shipped_model_does_nothing_alone_before_it_is_known(store):
    automated(store, an_automation(model="rejoinder-1"))

    comment = settled(store, not_drawn(store), replace(CLEAN, model="rejoinder-2"))

    trial = trial_of(store, comment)
    assert comment.status is Status.PENDING
    assert (trial.would, trial.acted, trial.model) == (None, False, "rejoinder-2")


def test_what_was_proven_is_counted_anew_as_another_shipped_model_would_have_scored_it(store):
    automated(store, an_automation(level=-1, model="rejoinder-1"))
    kept, gone = (settled(store, not_drawn(store), replace(CLEAN, model="rejoinder-1")) for _ in range(2))
    decide(store, kept, Action.APPROVE)
    decide(store, gone, Action.APPROVE)
    count(store)
    said = {kept.id: {SHIPPED: LogOdds(-3.0, -9.0)}}

    store.write(
        lambda uow: automation_admin.recount(uow, "demo", said, model="rejoinder-2", limit=100, at=NOON + SECOND)
    )

    assert (automation(store).model, automation(store).watched) == ("rejoinder-2", WATCHED)
    assert ladder(store).seen == (1, 1, 1, 0, 0, 0)
    assert (trial_of(store, kept).model, trial_of(store, gone).model) == ("rejoinder-2", "rejoinder-1")


def test_where_nothing_is_learned_the_proof_begins_anew_with_another_shipped_model(store):
    automated(store, an_automation(model="rejoinder-1"))
    store.write(lambda uow: uow.sites.change(replace(uow.sites.get("demo"), learning="off")))
    comment = settled(store, not_drawn(store), replace(CLEAN, model="rejoinder-2"))

    decide(store, comment, Action.APPROVE)
    count(store)

    assert (automation(store).model, ladder(store).seen[0]) == ("rejoinder-2", 1)


def test_the_machine_publishes_what_it_has_proven(store):
    comment = settled(automated(store), not_drawn(store), CLEAN)

    assert comment.status is Status.APPROVED
    assert last(store, comment).detail.code == "automation.approve"
    assert trial_of(store, comment).acted


def test_a_spot_check_waits_like_any_other_comment(store):
    checked = settled(automated(store), drawn(store), CLEAN)
    store.write(lambda uow: uow.automations.save(an_automation(level=-1)))
    usual = settled(store, not_drawn(store), CLEAN)

    assert checked.status is Status.PENDING
    assert (last(store, checked).reason, last(store, checked).detail) == (
        last(store, usual).reason,
        last(store, usual).detail,
    )
    assert trial_of(store, checked).is_check


def test_a_rule_that_objects_leaves_the_comment_to_people(store):
    comment = settled(store, not_drawn(store), CLEAN)  # an author's first comment is held
    store.write(lambda uow: uow.automations.save(an_automation()))

    first = settled(store, not_drawn(store), CLEAN)

    assert first.status is Status.PENDING
    assert trial_of(store, first) is None
    assert trial_of(store, comment) is None


def test_a_comment_that_somebody_decided_first_is_no_trial(store):
    comment = not_drawn(automated(store))
    decide(store, comment, Action.APPROVE)

    settled(store, comment, CLEAN)

    assert trial_of(store, comment) is None


def test_peoples_decisions_are_counted_once(store):
    automated(store, an_automation(level=-1))
    comments = [settled(store, received(store), CLEAN) for _ in range(3)]
    for comment in comments[:2]:
        decide(store, comment, Action.APPROVE)

    assert count(store) == 2
    assert count(store) == 0

    assert ladder(store).seen == (2,) * 6
    assert ladder(store).wrong == (0,) * 6


def test_it_is_on_record_when_a_proof_is_reached_and_when_it_lapses(store):
    nearly = Ladder(seen=(1_201,) * 6)
    automated(store, an_automation(ladders={(SHIPPED, Action.APPROVE): nearly}))
    first, second = (settled(store, received(store), CLEAN) for _ in range(2))

    decide(store, first, Action.APPROVE)
    count(store)
    decide(store, second, Action.REJECT)
    count(store)

    with store.read() as uow:
        entries = [entry.fact.action for entry in uow.audit.entries("demo")]
    assert [each for each in entries if each.startswith("automation")] == ["automation.proven", "automation.lapsed"]


def test_a_decision_of_the_policy_is_no_verdict(store):
    settled(automated(store), not_drawn(store), CLEAN)

    assert count(store) == 0


def test_a_decision_that_is_taken_back_is_taken_out_of_the_count(store):
    automated(store, an_automation(level=-1))
    comment = settled(store, received(store), CLEAN)
    decide(store, comment, Action.REJECT)
    count(store)
    assert ladder(store).wrong == (1,) * 6

    undo(store, comment)
    count(store)

    assert (ladder(store).seen, ladder(store).wrong) == ((0,) * 6, (0,) * 6)


def test_an_error_counts_at_once_and_is_taken_out_when_a_second_look_disagrees(store):
    automated(store, an_automation(level=-1))
    comment = settled(store, received(store), CLEAN)
    decide(store, comment, Action.REJECT)
    count(store)

    assert looks(store, ADA) == []
    assert looks(store, BEN) == [comment.id]
    assert ladder(store).wrong == (1,) * 6

    decide(store, comment, Action.APPROVE, by=BEN)
    count(store)

    assert looks(store, BEN) == []
    assert (ladder(store).seen, ladder(store).wrong) == ((1,) * 6, (0,) * 6)


def test_whoever_decided_may_look_again_after_a_day(store):
    automated(store, an_automation(level=-1))
    comment = settled(store, received(store), CLEAN)
    decide(store, comment, Action.REJECT)
    count(store)

    assert looks(store, ADA, at=NOON + 25 * timedelta(hours=1)) == [comment.id]


def test_the_alarm_waits_for_the_second_look(store):
    comment = settled(automated(store), drawn(store), CLEAN)
    decide(store, comment, Action.REJECT)
    count(store)
    assert automation(store).alarms == {}

    decide(store, comment, Action.APPROVE, by=BEN)
    count(store)

    assert automation(store).alarms[Action.APPROVE].sums == (0.0, 0.0)


@pytest.mark.parametrize("answers", [True, False])
def test_a_confirmed_error_and_one_that_nobody_confirms_reach_the_alarm(store, answers):
    comment = settled(automated(store), drawn(store), CLEAN)
    decide(store, comment, Action.REJECT)
    count(store)
    later = NOON + 2 * DAY
    if answers:
        store.write(lambda uow: uow.second_looks.answer([comment.id], BEN.id, at=NOON + 20 * SECOND))
        later = NOON + 21 * SECOND

    count(store, at=later)

    assert max(automation(store).alarms[Action.APPROVE].sums) > 0
    assert automation(store).watched == WATCHED
    assert count(store, at=later) == 0


def test_two_wrong_checks_give_everything_back_to_people_and_say_so(store):
    automated(store)
    store.write(lambda uow: uow.endpoints.add("demo", url="https://hooks.example/", events=list(EventType), at=NOON))
    for comment in [settled(store, drawn(store), CLEAN) for _ in range(2)]:
        decide(store, comment, Action.REJECT)
    count(store)

    count(store, at=NOON + 2 * DAY)

    after = automation(store)
    assert (after.mode, after.paused, after.proven(Action.APPROVE)) == (Mode.SHADOW, Pause.ERRORS, -1)
    assert settled(store, not_drawn(store), CLEAN).status is Status.PENDING
    with store.read() as uow:
        entries = [entry.fact.action for entry in uow.audit.entries("demo")]
        events = [each.type for each in uow.deliveries.page(DeliverySearch("demo")).deliveries]
    assert entries[-3:-1] == ["automation.alarm", "automation.paused"]
    assert EventType.PAUSED.value in events


def test_an_automatic_decision_that_is_taken_back_raises_the_share_of_checks(store):
    comment = settled(automated(store), not_drawn(store), CLEAN)
    undo(store, comment)

    count(store)

    assert automation(store).watched == WATCHED
    assert ladder(store).wrong == (0,) * 6
    settled(store, not_drawn(store, least=0.5), CLEAN)
    assert automation(store).watched == WATCHED - 1


def test_spot_checks_that_nobody_decides_pause_it(store):
    automated(store)
    for n in range(6):
        comment = settled(store, drawn(store), CLEAN)
        if n < 4:
            decide(store, comment, Action.APPROVE)

    def pause(days):
        return store.write(
            lambda uow: automation_admin.pause_where_unanswered(
                uow, "demo", has_mail=True, at=NOON + timedelta(days=days)
            )
        )

    assert not pause(13)
    assert pause(15)
    assert not pause(15)
    assert (automation(store).mode, automation(store).paused) == (Mode.SHADOW, Pause.SPOT_CHECKS)
    assert automation(store).proven(Action.APPROVE) == 0


def test_an_owner_chooses_mode_and_budgets_and_it_is_on_record(store):
    change(store, mode=Mode.ON, one_in={Action.APPROVE: 100})

    after = automation(store)
    assert (after.mode, after.one_in) == (Mode.ON, {Action.APPROVE: 100, Action.REJECT: 1_000})
    with store.read() as uow:
        fact = list(uow.audit.entries("demo"))[-1].fact
    assert (fact.action, fact.detail) == ("automation.changed", {"mode": "on", "approve": 100, "reject": 1_000})


def test_a_budget_that_makes_no_sense_is_refused(store):
    with pytest.raises(Invalid, match="approve_one_in"):
        change(store, one_in={Action.APPROVE: 1})
    with pytest.raises(NotFound):
        store.write(lambda uow: automation_admin.change_automation(uow, "nowhere", by_id="x", at=NOON))


def test_a_stricter_budget_needs_a_proof_of_its_own(store):
    automated(store, an_automation(ladders={(SHIPPED, Action.APPROVE): Ladder(seen=(1_300,) * 6)}))
    assert automation(store).is_on(Action.APPROVE)

    change(store, one_in={Action.APPROVE: 1_000})

    assert not automation(store).is_on(Action.APPROVE)


def test_a_granted_appeal_against_an_automatic_decision_raises_the_share_of_checks(store):
    insult = settled(automated(store), not_drawn(store), a_score(0.001, 0.999))
    appeal_review.appeal(store, RecordingDispatch(), insult.id, "I meant it.", at=NOON + 2 * SECOND)
    with store.read() as uow:
        [appeal] = uow.appeals.about(insult.id)
    granted = AppealDecision(appeal.id, Outcome.GRANTED, insult.revision)

    appeal_review.decide_appeal(store, RecordingDispatch(), granted, ADA, sites=["demo"], at=NOON + 3 * SECOND)
    count(store)

    assert trial_of(store, insult).acted
    assert automation(store).watched == WATCHED


def test_an_owner_gives_everything_back_and_what_is_proven_stays(store):
    automated(store)

    store.write(lambda uow: automation_admin.give_back(uow, "demo", has_mail=True, by_id=ADA.id, at=NOON))

    after = automation(store)
    assert (after.mode, after.paused, after.proven(Action.APPROVE)) == (Mode.SHADOW, Pause.OWNER, 0)
    change(store, mode=Mode.ON)
    assert (automation(store).is_on(Action.APPROVE), automation(store).paused) == (True, None)


def drawn(store):
    """A comment that the coin draws for a spot check."""
    return next(each for each in forever(store) if coin(store.sealer, each.id) < SPOT_CHECKS)


def not_drawn(store, least=SPOT_CHECKS):
    return next(each for each in forever(store) if coin(store.sealer, each.id) >= least)


def forever(store):
    while True:
        yield received(store)


def decide(store, comment, action, *, by=ADA):
    with store.read() as uow:
        revision = uow.comments.get(comment.id).revision
    reason = Reason.SPAM if action is Action.REJECT else None
    request = DecisionRequest(comment.id, action, revision, reason)
    review.decide(store, RecordingDispatch(), request, by, sites=["demo"], at=NOON + 2 * SECOND)


def undo(store, comment):
    review.undo(store, RecordingDispatch(), last(store, comment).id, ADA, sites=["demo"], at=NOON + 3 * SECOND)


def last(store, comment):
    with store.read() as uow:
        return uow.decisions.last(comment.id)


def count(store, at=NOON + 10 * SECOND):
    return store.write(lambda uow: automation_admin.count_verdicts(uow, "demo", limit=100, has_mail=True, at=at))


def automation(store):
    with store.read() as uow:
        return uow.automations.get("demo")


def ladder(store):
    return replace(automation(store), line=SHIPPED).ladder(SHIPPED, Action.APPROVE)


def trial_of(store, comment):
    with store.read() as uow:
        return uow.trials.get_many([comment.id]).get(comment.id)


def looks(store, by, at=NOON + 11 * SECOND):
    with store.read() as uow:
        return uow.second_looks.open_ones(sites=["demo"], by_id=by.id, at=at, limit=10)


def change(store, **changes):
    store.write(lambda uow: automation_admin.change_automation(uow, "demo", by_id=ADA.id, at=NOON, **changes))


def test_a_second_look_confirms_nothing_that_changed_meanwhile(store):
    comment = settled(store, received(store))
    approve = DecisionRequest(comment.id, Action.APPROVE, comment.revision)
    decided = review.decide(store, RecordingDispatch(), approve, ADA, sites=["demo"], at=NOON + 2 * SECOND)
    store.write(lambda uow: uow.second_looks.ask("demo", {comment.id: ADA.id}, at=NOON))

    class Late:
        """The store, in which Ada takes her decision back before Ben's answer is written."""

        read = store.read

        def write(self, work):
            if decided.decision.id not in undone:
                undone.append(decided.decision.id)
                review.undo(store, RecordingDispatch(), undone[0], ADA, sites=["demo"], at=NOON + 3 * SECOND)
            return store.write(work)

    undone = []

    with pytest.raises(AlreadyDecided):
        second_look.answer(
            Late(),
            RecordingDispatch(),
            comment.id,
            Action.APPROVE,
            None,
            BEN,
            sites=["demo"],
            at=NOON + 4 * SECOND,
        )
