"""What the machine would do about a comment, and what people's decision says of it: without a store."""

from dataclasses import replace
from math import log

import pytest

from moderation.actions import Action
from moderation.automation import SPOT_CHECKS, WARM_UP, WATCHED, Automation, Mode, Pause, after_alarm, ringing
from moderation.messages import Message
from moderation.policy import RuleMatch
from moderation.proof import Alarm, Ladder
from moderation.reasons import Reason
from moderation.score import SHIPPED, SITE, Lines, LogOdds
from moderation.trials import (
    after_check,
    coin,
    counting,
    covers_automation,
    decided_alone,
    needs_second_look,
    sureness,
    try_on,
)
from tests.builders import NOON, a_policy, a_score, a_sealer, an_automation

UNSURE = RuleMatch(Action.HOLD, Reason.UNSURE, Message("policy.no_objection"))
LIKE_SPAM = RuleMatch(Action.HOLD, Reason.SPAM, Message("threshold.hold"))
CLEAN, SPAM, DOUBTFUL = a_score(0.001, 0.001), a_score(0.999, 0.001), a_score(0.4, 0.1)


def tried(score=CLEAN, automation=None, *, match=UNSURE, draw=0.9):
    return try_on("cmt_1", score, match, a_policy(), automation or an_automation(), coin=draw, at=NOON)


def with_lines(site, *, in_force=SHIPPED):
    return replace(CLEAN, lines=Lines(LogOdds(-7.0, -7.0), site, in_force))


def test_the_machine_acts_where_it_is_proven():
    published, rejected, doubtful = tried(CLEAN), tried(SPAM), tried(DOUBTFUL)

    assert (published.would, published.acted) == (Action.APPROVE, True)
    assert (rejected.would, rejected.acted) == (Action.REJECT, True)
    assert (doubtful.would, doubtful.acted) == (None, False)


def test_nothing_is_done_without_a_proof():
    trial = tried(automation=an_automation(level=-1))

    assert (trial.would, trial.acted, trial.on) == (None, False, frozenset())


def test_a_score_below_the_proven_level_is_left_to_people():
    sure_to_1_in_100 = an_automation(level=4)

    assert tried(a_score(0.004, 0.004), sure_to_1_in_100).acted
    assert not tried(a_score(0.006, 0.006), sure_to_1_in_100).acted


def test_in_shadow_it_only_writes_down_what_it_would_do():
    trial = tried(automation=an_automation(mode=Mode.SHADOW))

    assert (trial.would, trial.acted, trial.on) == (Action.APPROVE, False, frozenset())


def test_where_it_is_off_there_is_no_trial():
    assert tried(automation=an_automation(mode=Mode.OFF)) is None


def test_a_text_that_the_model_does_not_know_is_no_trial():
    assert tried(replace(CLEAN, confidence=0.4)) is None
    assert tried(None) is None


def test_a_spot_check_is_left_to_people():
    drawn, not_drawn = tried(draw=SPOT_CHECKS - 0.001), tried(draw=SPOT_CHECKS)

    assert (drawn.would, drawn.acted, drawn.is_fair) == (Action.APPROVE, False, True)
    assert (not_drawn.acted, not_drawn.is_fair) == (True, False)


def test_after_an_error_half_is_checked_and_the_additional_checks_prove_nothing():
    trial = tried(automation=an_automation(watched=3), draw=0.49)

    assert (trial.acted, trial.is_check, trial.is_fair) == (False, True, False)
    assert not trial.counts_for(SHIPPED, Action.APPROVE)


def test_a_threshold_that_holds_keeps_the_machine_from_publishing_and_not_from_rejecting():
    assert not tried(CLEAN, match=LIKE_SPAM).acted
    assert tried(SPAM, match=LIKE_SPAM).acted


def test_the_decision_says_how_sure_it_is_and_for_which_reason():
    abusive = a_score(0.2, 0.998)

    published = decided_alone(tried(CLEAN), an_automation(level=4))
    rejected = decided_alone(tried(abusive), an_automation())

    assert (published.action, published.reason) == (Action.APPROVE, Reason.CLEAN)
    assert published.detail == Message("automation.approve", {"sure": 100, "one_in": 200})
    assert (rejected.action, rejected.reason) == (Action.REJECT, Reason.ABUSE)


def test_publishing_is_as_sure_as_that_the_comment_is_neither():
    odds = LogOdds(log(0.01 / 0.99), log(0.02 / 0.98))

    assert sureness(odds, Action.APPROVE) == pytest.approx(log(0.99 * 0.98 / (1 - 0.99 * 0.98)))
    assert sureness(odds, Action.REJECT) == pytest.approx(log(0.02 / 0.98))


def test_a_probability_of_nought_or_one_has_bounded_log_odds():
    trial = tried(a_score(1.0, 0.0))

    assert trial.odds[SHIPPED] == LogOdds(30.0, -30.0)
    assert sureness(LogOdds(-900.0, -900.0), Action.APPROVE) < 40


def test_the_sites_own_line_is_on_trial_once_it_has_learned_enough():
    score = with_lines(LogOdds(-7.0, -7.0), in_force=SITE)

    assert SITE not in tried(score, an_automation(lessons=WARM_UP - 1)).odds
    assert SITE in tried(score, an_automation(lessons=WARM_UP)).odds
    assert not tried(score, an_automation(lessons=WARM_UP - 1)).acted


def test_the_line_in_force_acts_on_its_own_proof():
    proven_for_the_site = an_automation(ladders={(SITE, Action.APPROVE): Ladder(seen=(20_000,) * 6)}, lessons=WARM_UP)

    assert not tried(with_lines(LogOdds(-7.0, -7.0)), proven_for_the_site).acted
    assert tried(with_lines(LogOdds(-7.0, -7.0), in_force=SITE), proven_for_the_site).acted


def test_before_the_machine_acts_every_decision_counts():
    automation = counting(an_automation(level=-1), tried(automation=an_automation(level=-1)), "approved")

    assert automation.ladder(SHIPPED, Action.APPROVE).seen == (1,) * 6
    assert automation.ladder(SHIPPED, Action.APPROVE).wrong == (0,) * 6


def test_once_it_acts_only_fair_checks_count():
    before = an_automation(ladders={(SHIPPED, Action.APPROVE): Ladder(seen=(20_000,) * 6)})
    checked, below_the_level = tried(automation=before, draw=0.01), tried(DOUBTFUL, before, draw=0.9)

    assert counting(before, checked, "rejected").ladder(SHIPPED, Action.APPROVE).wrong[0] == 1
    assert not below_the_level.counts_for(SHIPPED, Action.APPROVE)
    assert below_the_level.counts_for(SHIPPED, Action.REJECT)


def test_the_other_line_counts_only_fair_checks_while_anything_is_automatic():
    score, taught = with_lines(LogOdds(0.5, -3.0)), an_automation(lessons=WARM_UP)

    assert not tried(score, taught).counts_for(SITE, Action.APPROVE)
    assert tried(score, taught, draw=0.01).counts_for(SITE, Action.APPROVE)
    assert tried(score, an_automation(-1, lessons=WARM_UP)).counts_for(SITE, Action.APPROVE)


def test_a_corrected_verdict_is_counted_as_if_it_had_been_so_from_the_first():
    nothing, trial = an_automation(level=-1), tried(automation=an_automation(level=-1))

    corrected = counting(
        counting(counting(nothing, trial, "rejected"), trial, "rejected", times=-1), trial, "approved"
    )

    assert corrected.ladder(SHIPPED, Action.APPROVE) == counting(nothing, trial, "approved").ladder(
        SHIPPED, Action.APPROVE
    )


def test_a_decision_against_a_level_that_may_be_proven_is_looked_at_again():
    nothing = an_automation(level=-1)

    assert needs_second_look(nothing, tried(CLEAN, nothing), "rejected")
    assert not needs_second_look(nothing, tried(CLEAN, nothing), "approved")
    assert needs_second_look(nothing, tried(SPAM, nothing), "approved")
    assert not needs_second_look(nothing, tried(DOUBTFUL, nothing), "rejected")


def test_errors_among_the_checks_ring_and_give_everything_back_to_people():
    check = tried(draw=0.01)
    automation = after_check(an_automation(), check, "rejected")
    assert automation.watched == WATCHED
    assert ringing(automation) == ()

    automation = after_check(automation, check, "rejected")
    paused = after_alarm(automation, ringing(automation), at=NOON)

    assert ringing(automation) == (Action.APPROVE,)
    assert (paused.mode, paused.paused, paused.paused_at) == (Mode.SHADOW, Pause.ERRORS, NOON)
    assert paused.proven(Action.APPROVE) == -1
    assert paused.proven(Action.REJECT) == 0
    assert paused.alarms.get(Action.APPROVE, Alarm()) == Alarm()


@pytest.mark.parametrize(
    ("lessons", "draw", "acted"), [(9_999, 0.03, False), (10_000, 0.03, True), (10_000, 0.01, False)]
)
def test_a_large_site_has_fewer_spot_checks(lessons, draw, acted):
    trial = tried(automation=an_automation(lessons=lessons), draw=draw)

    assert (trial.acted, trial.is_fair) == (acted, not acted)


def test_the_coin_is_fair_and_cannot_be_foreseen_without_the_secret():
    ids = [f"cmt_{n:032x}" for n in range(2_000)]

    drawn = {id for id in ids if coin(a_sealer(), id) < SPOT_CHECKS}
    elsewhere = {id for id in ids if coin(a_sealer(b"another secret of a test, 32 byte"), id) < SPOT_CHECKS}

    assert len(drawn) == pytest.approx(100, abs=35)
    assert drawn == {id for id in ids if coin(a_sealer(), id) < SPOT_CHECKS}
    assert len(drawn & elsewhere) < 20


def test_a_site_without_any_setting_is_in_shadow():
    automation = Automation("demo")

    assert (automation.mode, automation.budget(Action.APPROVE), automation.budget(Action.REJECT)) == (
        Mode.SHADOW,
        1 / 200,
        1 / 1_000,
    )


@pytest.mark.parametrize(("level_of_site", "covers"), [(0, True), (5, False), (-1, False)])
def test_the_site_s_own_line_covers_automation_where_it_would_do_nearly_as_much(level_of_site, covers):
    shipped, site = an_automation(level=0), an_automation(level=level_of_site)
    ladders = {(SITE, action): ladder for (_, action), ladder in site.ladders.items()}
    automation = replace(shipped, ladders={**shipped.ladders, **ladders}, lessons=WARM_UP)
    trials = [tried(with_lines(LogOdds(-3.0, -30.0)), automation) for _ in range(10)]

    assert covers_automation(automation, trials) is covers


def test_where_nothing_is_done_alone_every_line_covers_it():
    assert covers_automation(Automation("demo"), [])
