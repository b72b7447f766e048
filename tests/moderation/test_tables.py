"""Every action and every reason is one row, and everything that people and programs see follows from the rows."""

import re
from collections.abc import Mapping

import pytest

from moderation.actions import MODERATOR_ACTIONS, POLICY_ACTIONS, Action, action_named
from moderation.messages import TEXTS, Message, Plural
from moderation.reasons import GIVEN_REASONS, LABEL_REASONS, MODERATOR_REASONS, Reason, reason_named
from moderation.review import DecisionRequest, _check
from moderation.traps import SIGNALS
from moderation.webhooks.events import EventType, decision_event
from tests.builders import a_comment, a_decision

DASHBOARD_KEYS = set("jkarux?")


@pytest.mark.parametrize("action", Action)
def test_an_action_has_its_words_and_says_its_event(action: Action):
    spec = action.spec

    assert spec.done and "%(by)s" in spec.done_by and spec.notice and isinstance(spec.notice_many, Plural)
    assert not spec.event or spec.event in set(EventType)
    assert action_named(action.value) is action


@pytest.mark.parametrize("action", [action for action in Action if action.spec.event])
def test_a_decision_that_has_an_event_is_announced_by_it(action: Action):
    comment = a_comment()

    assert decision_event(comment, a_decision(comment, action)).type == action.spec.event


@pytest.mark.parametrize("action", MODERATOR_ACTIONS)
def test_what_a_moderator_may_ask_for_is_accepted_with_a_reason_where_it_needs_one(action: Action):
    reason = MODERATOR_REASONS[0] if action.spec.needs_reason else None

    _check(DecisionRequest("cmt_1", action, 0, reason))

    assert action.spec.button and action.spec.undoable


def test_a_policy_takes_actions_that_give_a_status():
    assert all(action.spec.status_after for action in POLICY_ACTIONS)


@pytest.mark.parametrize("reason", GIVEN_REASONS)
def test_a_reason_has_its_words_and_somebody_who_gives_it(reason: Reason):
    spec = reason.spec

    assert spec.name and spec.public.endswith(".")
    assert (
        spec.policy or spec.moderator or reason in {Reason.IMPORTED, Reason.UNDONE, Reason.EDITED, Reason.WITHDRAWN}
    )
    assert reason_named(reason.value) is reason


def test_each_key_chooses_one_reason_and_means_nothing_else():
    keys = [reason.spec.key for reason in Reason if reason.spec.key]

    assert len(set(keys)) == len(keys)
    assert DASHBOARD_KEYS.isdisjoint(keys)
    assert [reason for reason in Reason if reason.spec.key and not reason.spec.moderator] == []


def test_what_only_a_newer_version_knows_has_words_of_its_own():
    assert action_named("escalate") is Action.UNKNOWN
    assert reason_named("deepfake") is Reason.UNKNOWN
    assert Reason.UNKNOWN not in (*GIVEN_REASONS, *MODERATOR_REASONS, *LABEL_REASONS.values())


@pytest.mark.parametrize("signal", SIGNALS)
def test_a_signal_has_a_text(signal: str):
    assert f"signal.{signal}" in TEXTS


def test_a_text_fills_all_its_placeholders():
    for code, text in TEXTS.items():
        forms = text if isinstance(text, Plural) else (text,)
        params: Mapping[str, int] = {name: 2 for form in forms for name in re.findall(r"%\((\w+)\)s", form)}

        filled = str(Message(code, params))

        assert "%(" not in filled and "…" not in filled, code
