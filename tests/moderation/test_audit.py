"""The chain of what was done shows every kind of tampering."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from moderation.audit import BEGINNING, AuditEvent, chain, of_decision, verify
from moderation.decision import Action
from tests.builders import NOON, SECOND, a_comment, a_decision


def _chain(number=5, site_id="demo"):
    facts = [
        AuditEvent(NOON + each * SECOND, "mod_ada", "site.changed", "demo", {"step": each}) for each in range(number)
    ]
    return chain(facts, site_id=site_id, number=0, last_hash=BEGINNING)


def test_an_untouched_chain_is_whole_and_tells_its_head():
    entries = _chain()

    check = verify("demo", entries)

    assert (check.entries, check.broken_at, check.head) == (5, 0, entries[-1].hash)


def test_a_chain_goes_on_where_it_ended():
    first, rest = _chain(2), _chain(5)[2:]

    longer = chain([entry.fact for entry in rest], site_id="demo", number=2, last_hash=first[-1].hash)

    assert [*first, *longer] == _chain(5)


@pytest.mark.parametrize(
    "change",
    [
        {"at": NOON - SECOND},
        {"by_id": "mod_ben"},
        {"action": "site.opened"},
        {"subject": "other"},
        {"detail": {"step": 99}},
        {"detail": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_fact_is_found_at_its_number(change):
    for number in range(1, 6):
        entries = _chain()
        entries[number - 1] = entries[number - 1]._replace(fact=replace(entries[number - 1].fact, **change))

        assert verify("demo", entries).broken_at == number


@pytest.mark.parametrize("change", [{"hash": "f" * 64}, {"number": 77}])
def test_a_changed_hash_or_number_is_found_at_its_place(change):
    for number in range(1, 6):
        entries = _chain()
        entries[number - 1] = entries[number - 1]._replace(**change)

        assert verify("demo", entries).broken_at == number


@pytest.mark.parametrize("number", range(1, 5))
def test_an_entry_that_was_taken_out_is_missed(number):
    entries = _chain()
    del entries[number - 1]

    assert verify("demo", entries).broken_at == number


def test_an_end_that_was_cut_off_shows_in_the_head():
    whole, cut = verify("demo", _chain(5)), verify("demo", _chain(4))

    assert cut.broken_at == 0
    assert cut.head != whole.head


def test_two_entries_that_changed_places_are_found():
    entries = _chain()
    entries[1], entries[2] = entries[2], entries[1]

    assert verify("demo", entries).broken_at == 2


def test_the_chain_of_one_site_does_not_pass_for_that_of_another():
    assert verify("other", _chain()).broken_at == 1


def test_a_site_without_a_chain_lost_it_and_only_the_installation_may_have_none():
    assert verify("demo", []).broken_at == 1
    assert verify("", []).broken_at == 0


def test_the_same_moment_in_another_time_zone_has_the_same_hash():
    elsewhere = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))

    [here] = chain([AuditEvent(NOON, "x", "x", "x")], site_id="", number=0, last_hash=BEGINNING)
    [there] = chain([AuditEvent(elsewhere, "x", "x", "x")], site_id="", number=0, last_hash=BEGINNING)

    assert here.hash == there.hash


def test_a_decision_is_told_without_a_word_of_a_person():
    comment = a_comment("SECRET-BODY", name="SECRET-NAME", website="SECRET-SITE", masked_address="SECRET-NET")
    decision = a_decision(comment, Action.REJECT, note="SECRET-NOTE", detail="contains SECRET-WORD")

    fact = of_decision(decision)

    assert "SECRET" not in repr(fact)
    assert (fact.action, fact.subject, fact.by_id) == ("decision.reject", comment.id, "policy")
    assert fact.detail["status"] == "rejected"
