"""Checks: what they answer, what is kept of them and for how long, and what later checks know of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.actions import Action
from moderation.checks import Correction, content_key, correct
from moderation.comment import Email, ThreadRef
from moderation.errors import CannotScore, NotFound
from moderation.near_duplicates import Sketch
from moderation.policy import WordRule
from moderation.reasons import Reason
from moderation.store.tables import checks
from tests.builders import (
    DAY,
    NOON,
    SECOND,
    StubClassifier,
    a_check,
    a_score,
    a_site,
    a_submission,
    an_open_policy,
    received,
    settled,
)

FIRST = Reason.FIRST_COMMENT
BODY_ALONE = a_submission("Lovely bread, thank you for the recipe.", name="", email="", thread=ThreadRef(""))


class Failing(StubClassifier):
    """A classifier that fails on every text."""

    def score_many(self, comments, **how):
        raise CannotScore(retry_after_s=30)


def checked(store, submission=BODY_ALONE, **how):
    return a_check(store, submission, **how)


def rows(store):
    with store.read() as uow:
        return uow.connection.execute(select(checks).order_by(checks.c.id)).all()


def test_a_check_is_judged_by_the_policy_of_its_site(store):
    site = a_site(policy=an_open_policy(words=(WordRule("casino", Action.REJECT),)))

    clean = checked(store, site=site)
    spam = checked(store, a_submission("Cheap pills."), site=site, classifier=StubClassifier(a_score(spam=0.99)))
    listed = checked(store, a_submission("Come to my casino."), site=site)

    assert [(each.match.action, each.match.reason) for each in (clean, spam, listed)] == [
        (Action.APPROVE, Reason.CLEAN),
        (Action.REJECT, Reason.SPAM),
        (Action.REJECT, Reason.WORDS),
    ]


def test_a_check_is_no_comment(store):
    checked(store)

    with store.read() as uow:
        assert uow.statistics.comments_of("demo") == 0
        assert uow.statistics.conservation().is_whole
        assert not any(uow.comments.any_unclaimed(at=NOON + DAY))


def test_the_classifier_reads_what_it_would_read_of_a_comment(store):
    stub, submission = StubClassifier(), a_submission(website="https://rita.example")

    checked(store, submission, classifier=stub)

    comment = received(store, submission)
    assert stub.seen == [replace(comment.reading(), thread_title="A page", thread_url="https://blog.example/a-page")]


def test_an_address_is_kept_sealed_and_a_network_masked(store):
    checked(store, a_submission(email="rita@reader.example"))

    [row] = rows(store)
    assert row.masked_address == "192.0.2.0/24"
    assert b"rita" not in row.email_sealed
    assert store.sealer.open(row.email_sealed, about=row.id) == b"rita@reader.example"
    assert row.email_key == store.sealer.email_key(Email("rita@reader.example"))
    assert (row.key_id, row.action, row.reason, row.labels) == ("key_1", "hold", "first_comment", {"insult": 10_000})


def test_without_an_address_none_is_kept(store):
    checked(store)

    [row] = rows(store)
    assert (row.email_sealed, row.email_key, row.body) == (None, None, BODY_ALONE.body)


def test_a_check_that_is_not_to_be_kept_leaves_no_row_and_no_sketch(store):
    stub = StubClassifier(sketch=Sketch((1, 2), 3))

    verdict = checked(store, classifier=stub, keep=False)

    assert (verdict.id, rows(store)) == (None, [])
    with store.read() as uow:
        assert uow.sketches.count() == 0


def test_near_copies_are_counted_among_checks_and_comments_alike(store):
    stub = StubClassifier(sketch=Sketch((1, 2), 3))
    comment = received(store)
    settled(store, comment, sketches={comment.id: Sketch((1, 2), 3)})

    found = [checked(store, classifier=stub, at=NOON + n * SECOND).near_copies for n in range(2, 5)]

    assert found == [1, 2, 3]
    assert [reading.near_copies for reading in stub.seen] == [1, 2, 3]


def test_the_same_text_is_noticed_in_comments_and_checks_for_a_week(store):
    received(store, a_submission("Lovely bread, thank you for the recipe!"))

    first, second = checked(store), checked(store, at=NOON + SECOND)
    later = checked(store, at=NOON + 8 * DAY)

    assert [each.match.reason for each in (first, second)] == [Reason.DUPLICATE] * 2
    assert [each.match.detail.params["n"] for each in (first, second)] == [1, 2]
    assert later.match.reason is FIRST


def test_an_author_with_an_approved_comment_or_a_check_that_was_no_spam_is_known(store):
    site = a_site(policy=an_open_policy(hold_first_comment=True))
    settled(store, received(store, a_submission(email="ada@reader.example")))  # held, so not approved
    assert checked(store, a_submission("Ada again.", email="ada@reader.example"), site=site).match.reason is FIRST

    unknown = checked(store, a_submission("Bread again, Ben here.", email="ben@reader.example"), site=site)
    assert unknown.id is not None
    store.write(lambda uow: correct(uow, unknown.id, Correction.HAM, sites=["demo"], by_id="key_1", at=NOON))
    known = checked(store, a_submission("More bread, it is Ben.", email="Ben@Reader.example"), site=site)

    assert (unknown.match.reason, known.match.reason) == (FIRST, Reason.CLEAN)


def test_a_check_that_cannot_be_scored_has_no_answer_and_leaves_nothing(store):
    with pytest.raises(CannotScore):
        checked(store, classifier=Failing(sketch=Sketch((1,), 2)))

    assert rows(store) == []


@pytest.mark.parametrize("correction", Correction)
def test_a_correction_is_kept_and_the_last_one_counts(store, correction):
    verdict = checked(store)

    for given in (Correction.SPAM, correction):
        store.write(lambda uow, given=given: correct(uow, verdict.id, given, sites=["demo"], by_id="key_2", at=NOON))

    [row] = rows(store)
    assert (row.correction, row.corrected_by, row.corrected_at) == (correction, "key_2", NOON)


def test_a_check_of_another_site_cannot_be_corrected(store):
    verdict = checked(store)

    for sites in (["other"], []):
        with pytest.raises(NotFound):
            store.write(
                lambda uow, sites=sites: correct(
                    uow, verdict.id, Correction.SPAM, sites=sites, by_id="key_2", at=NOON
                )
            )

    assert rows(store)[0].correction == ""


def test_a_purge_leaves_what_the_model_said_and_what_was_true(store):
    verdict = checked(store, a_submission(website="https://rita.example"))
    store.write(lambda uow: correct(uow, verdict.id, Correction.SPAM, sites=["demo"], by_id="key_1", at=NOON))

    purged = store.write(lambda uow: uow.checks.purge("demo", before=NOON + SECOND, at=NOON + DAY))

    [row] = rows(store)
    written = (row.name, row.website, row.body, row.thread_url, row.thread_title, row.masked_address)
    assert (purged, set(written)) == (1, {""})
    assert {row.email_sealed, row.email_key, row.text_key, row.content_key} == {None}
    assert (row.spam, row.action, row.correction, row.purged_at) == (0.02, "hold", "spam", NOON + DAY)


def test_a_purge_takes_the_oldest_of_its_site_alone_and_no_more_than_it_may(store):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    for n in range(3):
        checked(store, at=NOON + n * SECOND)
    checked(store, site=a_site("other"))

    def purge():
        return store.write(lambda uow: uow.checks.purge("demo", before=NOON + 2 * SECOND, at=NOON + DAY, limit=1))

    assert [purge() for _ in range(3)] == [1, 1, 0]
    kept = {(row.site_id, row.received_at) for row in rows(store) if row.body}
    assert kept == {("demo", NOON + 2 * SECOND), ("other", NOON)}


def test_checks_are_counted_from_one_time_to_the_next(store):
    spam, wrong = StubClassifier(a_score(spam=0.99)), checked(store, at=NOON)
    missed = checked(store, at=NOON + DAY)
    alarm = checked(store, site=a_site(policy=an_open_policy()), classifier=spam, at=NOON + DAY)
    for verdict, truth in ((wrong, Correction.HAM), (missed, Correction.SPAM), (alarm, Correction.FINE)):
        store.write(lambda uow, v=verdict, t=truth: correct(uow, v.id, t, sites=["demo"], by_id="key_1", at=NOON))

    with store.read() as uow:
        counts = uow.checks.count_many("demo", [NOON - DAY, NOON, NOON + DAY])

    assert counts == [(0, 0, 0, 0), (1, 0, 0, 0), (2, 1, 1, 1)]


def test_the_newest_check_of_a_text_by_an_author_is_found_until_it_is_purged(store):
    submission = a_submission(email="rita@reader.example")
    checked(store, submission)
    newest = checked(store, submission, at=NOON + SECOND)

    def found(wanted):
        with store.read() as uow:
            earlier = uow.checks.earlier("demo", content_key(store.sealer, wanted))
            return earlier and earlier.id

    assert found(submission) == newest.id
    assert found(a_submission(email="ben@reader.example")) is None
    store.write(lambda uow: uow.checks.purge("demo", before=NOON + timedelta(days=20), at=NOON + DAY))
    assert found(submission) is None


def test_a_check_is_scored_with_what_its_site_learned(store):
    classifier = StubClassifier()
    asked = []
    classifier.site_models = lambda uow, site_ids: asked.append(list(site_ids)) or ["its model"]
    classifier.score_many = lambda comments, **how: asked.append(how["site_models"]) or [a_score()]

    a_check(store, classifier=classifier)

    assert asked == [["demo"], ["its model"]]
