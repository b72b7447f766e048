"""Which comments are decided together, and by how much each comes before others of its time."""

from datetime import timedelta

import pytest

from moderation.ids import new_id
from moderation.priority import HEAD_STARTS, LONGEST, Group, group_of, head_start
from moderation.reasons import Reason
from tests.builders import DAY, NOON, a_comment, a_score, a_thread

HELD = a_comment(reason=Reason.UNSURE)


def _group(comment=HELD, score=None, *, approved=1, rejected=0):
    return group_of(comment, score or a_score(), approved=approved, rejected=rejected)


def test_a_clean_comment_by_a_known_author_is_decided_with_its_like():
    assert _group() is Group.FINE


@pytest.mark.parametrize(
    ("comment", "score", "approved", "rejected"),
    [
        (HELD, a_score(), 0, 0),
        (HELD, a_score(), 5, 1),
        (HELD, a_score(spam=0.2), 5, 0),
        (HELD, a_score(abuse=0.2), 5, 0),
        (HELD, a_score(confidence=0.3), 5, 0),
        (a_comment(reason=Reason.WORDS), a_score(), 5, 0),
        (a_comment(reason=Reason.UNSURE, signals=frozenset({"trap_field"})), a_score(), 5, 0),
        (a_comment("x" * (LONGEST + 1), reason=Reason.UNSURE), a_score(), 5, 0),
    ],
)
def test_whatever_speaks_against_a_comment_has_it_read_alone(comment, score, approved, rejected):
    assert _group(comment, score, approved=approved, rejected=rejected) is None


def test_likely_spam_and_abuse_of_strangers_are_decided_with_their_like():
    assert _group(score=a_score(spam=0.93), approved=0) is Group.SPAM
    assert _group(score=a_score(abuse=0.93), approved=0) is Group.ABUSE
    assert _group(score=a_score(spam=0.93), approved=1) is None


def test_a_copy_is_where_the_first_of_its_campaign_is():
    first = new_id("cmt", at=NOON)
    copy = a_comment(campaign=first, received_at=NOON + 3 * DAY)

    assert _group(copy) is Group.COPIES
    assert copy.received_at - head_start(copy, a_score(), Group.COPIES) == NOON - HEAD_STARTS[Group.COPIES]


def test_groups_come_before_doubtful_comments_and_these_before_clear_ones():
    busy, quiet = a_comment(thread=a_thread(version=80)), a_comment(thread=a_thread(version=0))
    starts = [
        HEAD_STARTS[Group.COPIES],
        HEAD_STARTS[Group.FINE],
        HEAD_STARTS[Group.SPAM],
        head_start(busy, a_score(spam=0.5), None),
        head_start(quiet, a_score(spam=0.5), None),
        head_start(quiet, a_score(spam=0.2), None),
        head_start(quiet, a_score(spam=0.01, abuse=0.01), None),
    ]

    assert starts == sorted(starts, reverse=True)
    assert len(set(starts)) == len(starts)


def test_a_comment_without_a_score_is_as_doubtful_as_any():
    assert head_start(HELD, None, None) == head_start(HELD, a_score(abuse=0.5), None) > timedelta()


def test_nothing_waits_for_what_came_more_than_four_days_later():
    every = [head_start(HELD, a_score(spam=p / 10, abuse=p / 10), None) for p in range(11)]

    assert max(every + [HEAD_STARTS[group] for group in Group]) <= 4 * DAY
