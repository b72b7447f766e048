"""How a score becomes an action: a table of examples, and what holds for every score and every policy."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.decision import Action, Reason
from moderation.messages import Message
from moderation.policy import Policy, RuleMatch, Threshold, decide, probability_of
from moderation.reasons import LABEL_REASONS
from tests.builders import a_policy, a_score, an_open_policy

LABELS = ("spam", "abuse", "toxic", "insult", "threat", "obscene", "identity_attack")

probabilities = st.floats(0, 1)
bounds = st.none() | probabilities
thresholds = st.dictionaries(st.sampled_from(LABELS), st.builds(Threshold, bounds, bounds, bounds))
scores = st.builds(
    a_score,
    spam=probabilities,
    abuse=probabilities,
    labels=st.dictionaries(st.sampled_from(LABELS[2:]), probabilities),
    confidence=probabilities,
)
policies = st.builds(a_policy, thresholds=thresholds, min_confidence=probabilities)
matches = st.lists(
    st.builds(RuleMatch, st.sampled_from([Action.APPROVE, Action.HOLD, Action.REJECT]), st.sampled_from(Reason))
)


@pytest.mark.parametrize(
    ("spam", "abuse", "action", "reason"),
    [
        (0.0, 0.0, Action.HOLD, Reason.UNSURE),
        (0.899, 0.909, Action.HOLD, Reason.UNSURE),
        (0.9, 0.0, Action.HOLD, Reason.SPAM),
        (0.989, 0.0, Action.HOLD, Reason.SPAM),
        (0.99, 0.0, Action.REJECT, Reason.SPAM),
        (1.0, 1.0, Action.REJECT, Reason.SPAM),
        (0.0, 0.91, Action.HOLD, Reason.ABUSE),
        (0.0, 1.0, Action.HOLD, Reason.ABUSE),
    ],
)
def test_the_default_rejects_only_what_is_clearly_spam_and_publishes_nothing(spam, abuse, action, reason):
    match = decide(a_score(spam, abuse), [], Policy())

    assert (match.action, match.reason) == (action, reason)


@pytest.mark.parametrize(
    ("spam", "abuse", "action"),
    [
        (0.1, 0.1, Action.APPROVE),
        (0.101, 0.0, Action.HOLD),
        (0.0, 0.101, Action.HOLD),
    ],
)
def test_an_approval_needs_every_label_at_or_under_its_threshold(spam, abuse, action):
    assert decide(a_score(spam, abuse), [], an_open_policy()).action is action


@pytest.mark.parametrize("missing", ["spam", "abuse"])
def test_a_policy_that_is_silent_about_a_head_approves_nothing(missing):
    thresholds = dict(an_open_policy().thresholds)
    del thresholds[missing]

    assert decide(a_score(0, 0), [], a_policy(thresholds=thresholds)).action is Action.HOLD


def test_a_rule_cannot_approve():
    assert decide(a_score(0.99), [RuleMatch(Action.APPROVE, Reason.CLOSED_THREAD)], Policy()).action is Action.REJECT
    assert decide(a_score(0.2), [RuleMatch(Action.APPROVE, Reason.CLOSED_THREAD)], Policy()).action is Action.HOLD


def test_a_trusted_author_is_published_where_nothing_objects():
    trust = RuleMatch(Action.APPROVE, Reason.TRUSTED)

    assert decide(a_score(0.2), [trust], Policy()) == trust
    assert decide(a_score(0.99), [trust], Policy()).action is Action.REJECT
    assert decide(a_score(0.2), [trust, RuleMatch(Action.HOLD, Reason.LINKS)], Policy()).action is Action.HOLD


def test_the_severest_voice_wins_and_among_equals_the_score_speaks_first():
    rule_holds, rule_rejects = RuleMatch(Action.HOLD, Reason.LINKS), RuleMatch(Action.REJECT, Reason.WORDS)

    assert decide(a_score(0.95), [rule_holds, rule_rejects], Policy()) == rule_rejects
    assert decide(a_score(0.95), [rule_holds], Policy()).reason is Reason.SPAM
    assert decide(a_score(0.0), [rule_holds, RuleMatch(Action.HOLD, Reason.WORDS)], Policy()) == rule_holds


def test_a_model_that_does_not_know_the_language_sends_clear_spam_to_people():
    match = decide(a_score(0.99, confidence=0.49), [], Policy())

    assert (match.action, match.reason) == (Action.HOLD, Reason.SPAM)
    assert str(match.detail).endswith("; only held, because the model's confidence is below 0.50")


def test_a_clean_score_in_an_unknown_language_is_held_for_that():
    match = decide(a_score(confidence=0.49, language="cy"), [], an_open_policy())

    assert (match.action, match.reason) == (Action.HOLD, Reason.LANGUAGE)
    assert match.detail == Message("policy.unfamiliar_language", {"language": "cy"})


def test_a_language_that_is_not_known_is_not_called_by_its_code():
    match = decide(a_score(confidence=0.49, language="und"), [], an_open_policy())

    assert match.detail == Message("policy.unfamiliar")


@pytest.mark.parametrize("broken", ["spam", "abuse", "confidence"])
def test_a_score_that_is_no_number_is_held(broken):
    score = replace(a_score(0, 0), **{broken: math.nan})

    assert decide(score, [], an_open_policy()).action is Action.HOLD


def test_the_detail_names_the_label_its_probability_and_the_threshold():
    detail = decide(a_score(0.993), [], Policy()).detail

    assert detail == Message("threshold.reject", {"label": "spam", "value": 0.993, "bound": 0.99})
    assert str(detail) == "spam 0.99, the threshold to reject is 0.99"


def test_every_label_that_a_model_gives_has_a_reason():
    assert set(LABEL_REASONS) == set(LABELS)


@given(policies, matches)
def test_without_a_score_a_comment_is_always_held(policy, matches):
    match = decide(None, matches, policy)

    assert (match.action, match.reason) == (Action.HOLD, Reason.NOT_SCORED)


@given(scores, matches, policies)
def test_nothing_is_approved_unless_every_threshold_is_set_and_agrees(score, matches, policy):
    bounds = {label: threshold.approve_below for label, threshold in policy.thresholds.items()}

    decided = decide(score, matches, policy)

    if decided.action is Action.APPROVE and decided.reason is not Reason.TRUSTED:
        assert {"spam", "abuse"} <= set(bounds)
        assert all(bound is not None and probability_of(score, label) <= bound for label, bound in bounds.items())
        assert all(match.action is Action.APPROVE for match in matches)
        assert score.confidence >= policy.min_confidence


@given(scores, policies)
def test_a_score_of_low_confidence_never_rejects(score, policy):
    if score.confidence < policy.min_confidence:
        assert decide(score, [], policy).action is Action.HOLD


@given(scores, scores, policies)
def test_more_probable_spam_is_never_treated_more_kindly(score, other, policy):
    severity = {Action.APPROVE: 0, Action.HOLD: 1, Action.REJECT: 2}
    calmer = replace(score, spam=min(score.spam, other.spam))
    worse = replace(score, spam=max(score.spam, other.spam))

    assert severity[decide(calmer, [], policy).action] <= severity[decide(worse, [], policy).action]
