"""What a decision teaches, and how much it counts."""

import random
from math import log

import pytest

from moderation.actions import Action
from moderation.comment import Status
from moderation.decision import POLICY, Reason
from moderation.lessons import (
    FEWEST_REJECTED,
    Author,
    Doubts,
    Lesson,
    Verdict,
    lessons_of,
    surprise,
    teaching,
    verdict_of,
    verdict_of_correction,
    without_proxies,
)
from moderation.links import domain_of
from tests.builders import ADA, NOON, a_comment, a_decision

SPAM, ABUSE, FINE = Verdict(True, None), Verdict(None, True), Verdict(False, False)


def a_lesson(number: int, verdict: Verdict = FINE, **changes) -> Lesson:
    values = {
        "id": f"dec_{number:03}",
        "comment_id": f"cmt_{number:03}",
        "by_id": "mod_ada",
        "at": NOON,
        "verdict": verdict,
        "author": Author(number + 1),
        "copy_key": number + 1,
        "spam": 0.0,
        "abuse": 0.0,
        "words": b"",
        "signs": b"",
    }
    return Lesson(**values | changes)


def ids(lessons: list[Lesson]) -> list[str]:
    return [lesson.id for lesson in lessons]


@pytest.mark.parametrize(
    ("status", "reason", "verdict"),
    [
        (Status.APPROVED, Reason.CLEAN, FINE),
        (Status.REJECTED, Reason.SPAM, SPAM),
        (Status.REJECTED, Reason.THREAT, ABUSE),
        (Status.REJECTED, Reason.OFF_TOPIC, Verdict(None, None)),
        (Status.PENDING, Reason.UNSURE, Verdict(None, None)),
    ],
)
def test_a_decision_says_something_of_the_head_that_its_reason_is_about(status, reason, verdict):
    assert verdict_of(status, reason) == verdict


@pytest.mark.parametrize(
    ("correction", "verdict"),
    [("spam", SPAM), ("ham", Verdict(False, None)), ("abusive", ABUSE), ("fine", FINE)],
)
def test_a_correction_says_what_it_names(correction, verdict):
    assert verdict_of_correction(correction) == verdict


def test_what_the_policy_decides_and_what_is_undone_is_no_lesson():
    comment = a_comment()
    decisions = [
        a_decision(comment, Action.REJECT, by=POLICY),
        a_decision(comment, Action.UNDO, by=ADA),
        a_decision(comment, Action.APPROVE, by=ADA),
    ]

    [lesson] = lessons_of(decisions)

    assert (lesson.id, lesson.verdict) == (decisions[2].id, FINE)


def test_of_several_decisions_about_a_comment_the_last_teaches():
    first, last = a_lesson(1), a_lesson(2, SPAM, comment_id="cmt_001")

    assert ids(teaching([first, last])) == [last.id]


def test_a_later_decision_that_says_nothing_of_spam_or_abuse_takes_the_lesson_back():
    assert teaching([a_lesson(1), a_lesson(2, Verdict(None, None), comment_id="cmt_001")]) == []


def test_near_copies_with_one_verdict_are_one_lesson():
    lessons = [a_lesson(1, SPAM, copy_key=9), a_lesson(2, SPAM, copy_key=9), a_lesson(3, copy_key=9)]

    assert ids(teaching(lessons)) == ["dec_001", "dec_003"]


def test_approvals_of_another_system_teach_only_beside_rejections():
    approved = [a_lesson(n, by_id="") for n in range(30)]
    rejected = [a_lesson(100 + n, SPAM, by_id="") for n in range(FEWEST_REJECTED)]

    assert teaching(approved + rejected[1:]) == rejected[1:]
    with_enough = teaching(approved + rejected)
    assert len(with_enough) == 30 + FEWEST_REJECTED
    assert {lesson.verdict for lesson in with_enough[:30]} == {Verdict(False, None)}


def test_a_moderator_who_decides_the_opposite_is_doubted_and_nobody_else():
    chosen, doubts = random.Random(3), Doubts()
    for _ in range(400):
        who, unwanted = chosen.choice("abcd"), chosen.random() < 0.3
        foreseen = log(9) if unwanted else -log(9)
        doubts.note(who, foreseen, unwanted=unwanted is not (who == "a"))

    assert doubts.doubted == {"a"}
    assert (doubts.weight("a"), doubts.weight("b")) == (0.0, 1.0)


def test_a_decision_as_likely_as_foreseen_is_no_surprise_on_average():
    chance = 0.2
    foreseen = log(chance / (1 - chance))

    mean = chance * surprise(foreseen, unwanted=True) + (1 - chance) * surprise(foreseen, unwanted=False)

    assert mean == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("website", "domain"),
    [
        ("https://www.bread.example/a", "bread.example"),
        ("bread.example", "bread.example"),
        ("", ""),
        ("http://[", ""),
    ],
)
def test_an_authors_domain_is_the_host_of_the_website(website, domain):
    assert domain_of(website) == domain


@pytest.mark.parametrize(("authors", "hidden"), [(10, True), (9, False)])
def test_a_network_of_most_lessons_by_many_authors_is_taken_for_a_proxy(authors, hidden):
    behind = [a_lesson(n, author=Author(1 + n % authors, 7)) for n in range(20)]
    others = [a_lesson(20 + n, author=Author(100 + n, 8)) for n in range(19)]

    found = without_proxies([*behind, *others])

    assert {lesson.author.network for lesson in found[:20]} == ({0} if hidden else {7})
    assert {lesson.author.network for lesson in found[20:]} == {8}
