from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.comment import Status, ThreadRef
from moderation.decision import Action, DecidedBy, Reason
from moderation.queue import AuthorRecord, Campaign, CommentDetail, Count
from moderation.score import Evidence, Lines, LogOdds
from service.dashboard.cards import card_of
from service.dashboard.excerpts import excerpt
from service.dashboard.highlight import Stretch, stretches
from service.dashboard.labels import (
    ago,
    decision_sentence,
    likelihood,
    percent,
    reason_name,
    record_sentence,
    tab_count,
)
from tests.builders import NOON, a_comment, a_decision, a_score


def for_spam(start: int, end: int, weight: float, *, head: str = "spam", field: str = "body") -> Evidence:
    return Evidence(head, field, start, end, "", weight)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.999, "Almost certainly spam — over 99%"),
        (0.97, "Very likely spam — 97%"),
        (0.70, "Likely spam — 70%"),
        (0.50, "Possibly spam — 50%"),
        (0.20, "Probably not spam — 20%"),
        (0.03, "Unlikely to be spam — 3%"),
        (0.0, "Very unlikely to be spam — under 1%"),
    ],
)
def test_a_probability_is_said_in_words_and_in_percent(probability, words):
    assert likelihood("spam", probability).replace("\N{NO-BREAK SPACE}", " ") == words


def test_nothing_is_ever_called_certain():
    assert {percent(p)[:2] for p in (0.0, 0.004, 0.996, 1.0)} == {"un", "ov"}


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "just now"),
        (59, "59 seconds ago"),
        (60, "1 minute ago"),
        (3 * 3600, "3 hours ago"),
        (86_400, "1 day ago"),
        (400 * 86_400, "1 year ago"),
        (-5, "just now"),
    ],
)
def test_a_time_is_said_in_the_largest_unit_that_fits(seconds, words):
    assert ago(NOON, NOON + timedelta(seconds=seconds)) == words


def test_text_without_evidence_is_one_stretch():
    assert stretches("Hello", []) == [Stretch("Hello")]
    assert stretches("", []) == []


def test_evidence_is_marked_where_it_stands_in_code_points():
    marked = stretches("🍞 free spins 🍞", [for_spam(2, 12, 1.5)])

    assert marked == [Stretch("🍞 "), Stretch("free spins", "spam"), Stretch(" 🍞")]


def test_overlapping_evidence_becomes_one_mark():
    marked = stretches("buy cheap pills now", [for_spam(0, 9, 1.0), for_spam(4, 15, 1.0)])

    assert marked == [Stretch("buy cheap pills", "spam"), Stretch(" now")]


def test_two_marked_words_side_by_side_become_one_mark():
    marked = stretches("cheap pills", [for_spam(0, 5, 1.0), for_spam(6, 11, 1.0)])

    assert marked == [Stretch("cheap pills", "spam")]


def test_each_head_and_each_direction_has_a_mark_of_its_own():
    evidence = [for_spam(0, 1, 1.0), for_spam(2, 3, 1.0, head="abuse"), for_spam(4, 5, -1.0)]

    assert [s.mark for s in stretches("a b c", evidence) if s.mark] == ["spam", "abuse", "clean"]


def test_faint_evidence_is_not_marked():
    evidence = [for_spam(0, 1, 3.0), for_spam(2, 3, 0.5), for_spam(4, 5, 0.01)]

    assert [s.text for s in stretches("a b c", evidence) if s.mark] == ["a"]


@pytest.mark.parametrize("span", [(-1, 2), (3, 3), (4, 2), (2, 99), (0, 0)])
def test_a_span_that_does_not_fit_is_passed_over(span):
    assert stretches("Hello", [for_spam(*span, 1.0)]) == [Stretch("Hello")]


def test_marked_text_joined_again_is_the_text():
    text = "one two  three\nfour"
    evidence = [for_spam(a, b, w) for a in range(6) for b in range(8, 19, 3) for w in (0.7, -0.9)]

    assert "".join(s.text for s in stretches(text, evidence)) == text


def test_a_decision_is_said_with_who_and_why():
    decision = a_decision(a_comment(), Action.REJECT, by=DecidedBy("mod_1", "Mina"))

    assert decision_sentence(decision) == "Rejected by Mina: Spam"
    assert decision_sentence(replace(decision, action=Action.APPROVE, reason=Reason.CLEAN)) == "Approved by Mina"


def test_a_reason_of_another_version_is_an_unknown_reason():
    assert reason_name("spam") == "Spam"
    assert reason_name("moonlight") == "Unknown reason"
    assert reason_name("") == ""


def test_the_comment_in_hand_is_not_counted_as_its_authors_past():
    assert record_sentence(AuthorRecord(pending=1), "pending") == "Nothing else from this author yet"
    said = record_sentence(AuthorRecord(pending=1, approved=2, rejected=1), "pending")
    assert said == "2 approved, 1 rejected besides this one"


def card(comment, **changes):
    detail = CommentDetail(comment, changes.pop("history", ()), AuthorRecord(pending=1))
    return card_of(detail, may_decide=True, at=NOON, **changes)


def test_a_comment_without_score_says_so():
    assert card(a_comment()).notes == ("Waiting for its score.",)
    tried = a_comment(scored_at=NOON, reason="not_scored")
    assert card(tried).notes == ("Not scored: the classifier gave no probabilities for this comment.",)
    assert card(tried).gauges == ()


def test_a_text_that_the_model_hardly_knows_is_marked_as_such():
    notes = card(a_comment(score=a_score(confidence=0.2, language="fi"))).notes

    assert notes == ("The model has seen few texts like this one (language: fi); read it with care.",)


def test_a_language_that_nobody_could_tell_is_said_to_be_unknown():
    notes = card(a_comment(score=a_score(confidence=0.2, language="und"))).notes

    assert notes == ("The model has seen few texts like this one (language not known); read it with care.",)


def test_a_long_text_is_cut_in_the_queue_and_whole_on_its_own_page():
    evidence = (for_spam(1_990, 2_010, 2.0),)
    long = a_comment("x" * 5_000, score=a_score(spam=0.9, evidence=evidence))

    short = card(long)

    assert short.rest == 3_000
    assert short.body[-1] == Stretch("x" * 10, "spam")
    assert card(long, whole=True).rest == 0


def test_a_tall_text_is_cut_in_the_queue_too():
    short = card(a_comment("x\n" * 900, score=a_score(spam=0.9, evidence=(for_spam(70, 90, 2.0),))))

    assert "".join(each.text for each in short.body) == "x\n" * 40
    assert short.body[-1].mark == "spam"
    assert short.rest == 1_720


def test_blank_lines_hide_nothing_of_what_follows_and_take_little_room():
    evidence = (for_spam(202, 206, 2.0),)
    comment = a_comment("\n" * 200 + "a spam\r\n \r\n \r\n\r\nb", score=a_score(spam=0.9, evidence=evidence))

    assert card(comment).body == (Stretch("\n\na "), Stretch("spam", "spam"), Stretch("\r\n\nb"))
    assert card(comment).rest == 0
    assert card(comment, whole=True).body[0] == Stretch("\n" * 200 + "a ")


def test_a_long_website_and_title_take_no_more_room_than_a_few_lines():
    evidence = (for_spam(100, 200, 2.0, field="website"),)
    thread = ThreadRef("a-page", title="word " * 100)
    long = a_comment("x", website="y" * 1_000, thread=thread, score=a_score(spam=0.9, evidence=evidence))

    assert card(long).website == (Stretch("y" * 100), Stretch("y" * 20, "spam"), Stretch("…"))
    assert card(long, whole=True).website == (Stretch("y" * 100), Stretch("y" * 100, "spam"), Stretch("y" * 800))
    assert len(card(long).thread_name) <= 120


@pytest.mark.parametrize("field", ["name", "website", "body"])
def test_marks_that_turn_the_direction_of_writing_are_told(field):
    [note] = card(a_comment(**{field: "\u202egnp.exe"}, score=a_score())).notes

    assert "change the direction of writing" in note


def test_evidence_of_a_head_that_is_unlikely_marks_nothing():
    evidence = (for_spam(0, 4, 1.5), for_spam(5, 9, 1.5, head="abuse"))
    score = a_score(spam=0.03, abuse=0.9, evidence=evidence)

    body = card(a_comment("what ever", score=score)).body

    assert body == (Stretch("what "), Stretch("ever", "abuse"))


def test_clues_tell_words_before_what_has_no_place_in_the_text_and_nothing_of_statistics():
    usual = Evidence("spam", "submission", 0, 0, "", -4.8, "evidence.usual")
    links = Evidence("spam", "submission", 0, 0, "", 2.0, "evidence.has_link")
    word, sign = Evidence("spam", "body", 0, 4, "free", 0.9), Evidence("spam", "body", 4, 5, "!", 0.9)
    score = a_score(spam=0.9, evidence=(usual, links, sign, word))

    clues = card(a_comment("free!", score=score)).clues

    assert [(clue.text, clue.is_strong) for clue in clues] == [("free", False), ("has a link", True)]


def test_the_evidence_counts_links_as_the_rules_do():
    links = Evidence("spam", "submission", 0, 0, "", 2.0, "evidence.links", {"n": 1})
    body = "http://a.example and bit.ly/b"

    clues = card(a_comment(body, score=a_score(spam=0.9, evidence=(links,)))).clues

    assert [clue.text for clue in clues] == ["2 links"]


def marked(body: str, *evidence: Evidence) -> list[str]:
    stretches = card(a_comment(body, score=a_score(spam=0.99, evidence=evidence))).body
    return [stretch.text for stretch in stretches if stretch.mark]


def test_words_and_links_are_marked_whole_and_nothing_that_speaks_against_spam():
    body = "Get it: http://pills.example/cheap! No thanks"
    evidence = [Evidence("spam", "body", 8, 12, "http", 1.0), Evidence("spam", "body", 4, 5, "i", 2.0)]

    assert marked(body, *evidence, Evidence("spam", "body", 39, 45, "thanks", -2.0)) == [
        "http://pills.example/cheap!"
    ]
    assert marked("A casinogame", Evidence("spam", "body", 2, 8, "casino", 1.0)) == ["casinogame"]


def test_words_that_sell_are_marked_where_the_model_counted_them():
    selling = Evidence("spam", "submission", 0, 0, "", 6.8, "evidence.share_selling", {"percent": 56})
    online = Evidence("spam", "body", 17, 23, "ONLINE", 2.8)

    found = " ".join(marked("BUY CHEAP VIAGRA ONLINE no prescription", selling, online))

    assert {"BUY", "CHEAP", "VIAGRA", "prescription"} <= set(found.split())


def test_low_probabilities_are_told_in_few_words_and_no_bar():
    shown = card(a_comment(score=a_score(spam=0.5, abuse=0.01)))

    assert [gauge.value for gauge in shown.gauges] == [0.5]
    assert shown.figures.replace("\N{NO-BREAK SPACE}", " ") == "abuse 1%"


def test_copies_before_and_after_it_are_told_first():
    campaign = Campaign("cmt_1", "demo", 297, 1, 2, NOON, NOON)
    comment = a_comment(score=a_score(), campaign="cmt_1")

    shown = card_of(CommentDetail(comment, (), AuthorRecord(1), None, campaign), may_decide=True, at=NOON)

    assert shown.copies == "300 copies of this text: 1 approved, 2 rejected, 297 pending"
    assert shown.campaign == campaign


def test_a_first_comment_of_somebody_who_is_known_by_now_says_so():
    comment = a_comment(score=a_score(), reason="first_comment")

    shown = card_of(CommentDetail(comment, (), AuthorRecord(pending=3, approved=1)), may_decide=True, at=NOON)

    assert shown.notes == ("Held as a first comment; 1 by this author has been approved since.",)
    assert shown.waiting == 3


def test_signals_are_told_in_words():
    assert card(a_comment(signals=frozenset({"too_fast"}))).signals == ("the form was sent within two seconds",)


@pytest.mark.parametrize(
    ("action", "days", "is_undoable"),
    [(Action.APPROVE, 1, True), (Action.REJECT, 30, True), (Action.REJECT, 31, False), (Action.HOLD, 1, False)],
)
def test_undo_is_offered_only_where_it_would_work(action, days, is_undoable):
    comment = a_comment(status=Status.REJECTED)
    decision = a_decision(comment, action, at=NOON - timedelta(days=days))

    assert bool(card(comment, history=(decision,)).undoable) is is_undoable


def test_after_an_undo_the_decision_that_stands_again_is_told_as_well():
    comment = a_comment()
    held = a_decision(comment, Action.HOLD)
    approved = a_decision(comment, Action.APPROVE)
    undone = replace(approved, action=Action.UNDO, reason=Reason.UNDONE)

    assert card(comment, history=(held,)).standing == (held,)
    assert card(comment, history=(held, approved)).standing == (approved,)
    assert card(comment, history=(held, approved, undone)).standing == (undone, held)
    assert card(comment, history=(held, approved, undone, approved, undone)).standing == (undone, held)
    assert card(comment, history=(approved, undone)).standing == (undone,)


def test_an_excerpt_is_one_line_of_limited_length():
    assert excerpt("one\n\ntwo", 20) == "one two"
    assert excerpt("a long text indeed", 8) == "a long…"


def test_a_clue_says_what_of_it_was_learned_here():
    word = Evidence("spam", "body", 2, 8, "casino", 2.1, learned=1.4)
    little = Evidence("spam", "body", 9, 14, "gifts", 0.9, learned=0.05)
    comment = a_comment("A casino gifts", score=a_score(spam=0.9, evidence=(word, little)))

    clues = card_of(CommentDetail(comment, (), AuthorRecord()), may_decide=False, at=NOON).clues

    assert [clue.learned for clue in clues] == ["+2.1, of which +1.4 learned here", ""]


@pytest.mark.parametrize(
    ("in_force", "site", "words"),
    [
        ("shipped", LogOdds(3.0, -5.0), "With what was learned on this site it would be: spam 95%, abuse 1%"),
        ("shipped", LogOdds(-3.9, -3.5), ""),
        ("site", LogOdds(3.0, -5.0), ""),
    ],
)
def test_a_line_that_is_only_noted_is_said_where_it_differs(in_force, site, words):
    lines = Lines(LogOdds(-3.9, -3.5), site, in_force)
    comment = a_comment(score=a_score(spam=0.02, abuse=0.03, lines=lines))

    card = card_of(CommentDetail(comment, (), AuthorRecord()), may_decide=False, at=NOON)

    assert card.site_figures.replace("\N{NO-BREAK SPACE}", " ") == words


@pytest.mark.parametrize(
    ("count", "text", "title"),
    [
        (Count(0), "0", ""),
        (Count(999), "999", ""),
        (Count(1_000), "1k", "1,000"),
        (Count(1_299), "1.2k", "1,299"),
        (Count(9_999), "9.9k", "9,999"),
        (Count(10_000, is_more=True), "10k+", "10,000+"),
        (Count(12_345), "12k", "12,345"),
    ],
)
def test_a_tab_has_a_short_count_and_tells_the_whole_one(count, text, title):
    assert tab_count(count) == {"text": text, "title": title}
