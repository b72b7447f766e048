from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from models.near_duplicates import passages_of
from moderation import author_rights, review, triage
from moderation.comment import Status
from moderation.conversation import in_reply_order
from moderation.decision import Action, Reason
from moderation.erasing.destroy import destroy_all
from moderation.erasing.erase import erase_comment
from moderation.errors import AlreadyDecided, NotFound, NothingToUndo, TooLate
from moderation.outbox.delivery import DeliverySearch
from moderation.review import DecisionRequest
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from tests.builders import (
    ADA,
    DAY,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    a_site,
    a_submission,
    an_open_policy,
    received,
    settled,
)

MINUTE = timedelta(minutes=1)
SOON = NOON + 5 * MINUTE


def edit(store, comment, body="Another text.", at=SOON):
    author_rights.edit(store, RecordingDispatch(), comment.id, body, at=at)
    return now(store, comment)


def withdraw(store, comment, at=SOON):
    author_rights.withdraw(store, RecordingDispatch(), comment.id, at=at)
    return now(store, comment)


def decide(store, comment, action=Action.APPROVE, reason=None, by=ADA, at=NOON + MINUTE):
    request = DecisionRequest(comment.id, action, comment.revision, reason)
    return review.decide(store, RecordingDispatch(), request, by, sites=["demo"], at=at).comment


def now(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id)


def shown(store, thread="a-page"):
    """What readers see: name and text of each comment, "withdrawn" for a tombstone."""
    with store.read() as uow:
        thread = uow.threads.get("demo", thread)
        comments = uow.threads.public_comments(in_reply_order(uow.threads.outline(thread.id)))
    return ["withdrawn" if each.is_withdrawn else each.body for each in comments]


def published(store, body="Good bread.", **changes):
    return decide(store, settled(store, received(store, a_submission(body, **changes))))


def use_policy(store, **changes):
    store.write(lambda uow: uow.sites.change(a_site(policy=an_open_policy(**changes))))


# ---- Editing


def test_an_edit_is_a_new_revision_that_waits_for_a_score_of_its_own(store):
    comment = settled(store, received(store))

    changed = edit(store, comment)

    assert (changed.body, changed.status, changed.revision) == ("Another text.", Status.PENDING, comment.revision + 1)
    assert (changed.scored_at, changed.score, changed.edited_at) == (None, None, SOON)
    assert settled(store, changed, a_score(spam=0.999)).status is Status.REJECTED


def test_the_text_before_is_kept_for_moderators(store):
    comment = received(store, a_submission("The first text."))

    changed = edit(store, edit(store, comment, "The second text."), "The third text.")

    with store.read() as uow:
        detail = uow.queue.detail(comment.id)
    assert [(each.body, each.revision) for each in detail.edits] == [("The first text.", 1), ("The second text.", 2)]
    assert [each.action for each in detail.history] == [Action.EDIT, Action.EDIT]
    assert changed.body == "The third text."


def test_readers_see_the_text_before_until_the_edit_is_approved(store):
    comment = published(store, "Good bread.")

    changed = edit(store, comment, "Good bread! Buy pills.")
    assert shown(store) == ["Good bread."]
    changed = settled(store, changed)
    assert shown(store) == ["Good bread."]
    decide(store, changed)

    assert shown(store) == ["Good bread! Buy pills."]


def test_an_edit_that_is_rejected_takes_the_comment_off_the_page_and_an_undo_brings_the_text_before_back(store):
    changed = edit(store, published(store, "Good bread."), "Buy pills.")

    decide(store, changed, Action.REJECT, Reason.SPAM)
    assert shown(store) == []
    with store.read() as uow:
        last = uow.decisions.last(changed.id)
    review.undo(store, RecordingDispatch(), last.id, ADA, sites=["demo"], at=SOON)

    assert shown(store) == ["Good bread."]


def test_a_site_may_hide_a_comment_while_its_edit_waits(store):
    use_policy(store, hold_edits=True)
    comment = published(store)

    changed = edit(store, comment)

    assert shown(store) == []
    assert changed.public_body is None


def test_every_change_of_what_readers_see_makes_another_version_of_the_thread(store):
    def version():
        with store.read() as uow:
            return uow.threads.get("demo", "a-page").version

    comment, versions = published(store), [version()]
    changed = edit(store, comment)
    decide(store, changed)
    versions.append(version())
    changed = edit(store, now(store, comment), "A third text.")
    decide(store, changed, Action.REJECT, Reason.SPAM)
    versions.append(version())

    assert len(set(versions)) == 3


def test_an_edit_of_a_comment_that_was_never_public_shows_nothing(store):
    edit(store, received(store))

    assert shown(store) == []


def test_the_same_text_again_changes_nothing(store):
    changed = edit(store, received(store))

    assert edit(store, changed, at=SOON + SECOND) == changed


@pytest.mark.parametrize("minutes", [0, 15])
def test_the_time_to_edit_ends_as_the_site_says(store, minutes):
    use_policy(store, edit_minutes=minutes)
    comment = received(store)

    with pytest.raises(TooLate):
        edit(store, comment, at=NOON + minutes * MINUTE)
    assert now(store, comment) == comment
    if minutes:
        assert edit(store, comment, at=NOON + minutes * MINUTE - SECOND).body == "Another text."


def test_what_was_rejected_or_withdrawn_cannot_be_edited(store):
    rejected = decide(store, received(store), Action.REJECT, Reason.ABUSE)
    gone = withdraw(store, received(store))

    for comment in (rejected, gone):
        with pytest.raises(TooLate):
            edit(store, comment)


def test_an_edit_is_found_by_its_new_words_and_not_by_the_old_ones(store):
    comment = received(store, a_submission("Sourdough forever."))
    store.write(lambda uow: uow.text_index.renew([comment.id]))

    edit(store, comment, "Rye forever.")

    with store.read() as uow:
        assert uow.text_index.find(["sourdough"], most=9) == []
        assert uow.text_index.find(["rye"], most=9) == [comment.id]


def test_an_edit_and_a_withdrawal_are_announced_and_audited(store):
    store.write(lambda uow: uow.endpoints.add("demo", url="https://hooks.example/", events=ENDPOINT_EVENTS, at=NOON))
    comment = published(store)

    withdraw(store, edit(store, comment))

    with store.read() as uow:
        types = _types(uow)
        entries = uow.audit.page("demo", action="decision.", limit=9)
    assert types[-2:] == ["comment.edited", "comment.withdrawn"]
    assert [(each.fact.action, each.fact.by_id) for each in entries[:2]] == [
        ("decision.withdraw", "author"),
        ("decision.edit", "author"),
    ]


def _types(uow):
    return [each.type for each in reversed(uow.deliveries.page(DeliverySearch("demo", limit=50)).deliveries)]


# ---- Races


def test_a_moderator_who_read_the_text_before_decides_nothing(store):
    comment = settled(store, received(store))
    edit(store, comment)

    with pytest.raises(AlreadyDecided) as refused:
        decide(store, comment)

    assert (refused.value.action, refused.value.by) == ("edit", "author")
    assert now(store, comment).status is Status.PENDING


def test_a_score_of_the_text_before_decides_nothing_and_the_new_text_is_scored(store):
    use_policy(store)
    comment = received(store)
    changed = edit(store, comment)

    made = triage.settle(store, [triage.Scored(comment, a_score())], {}, at=SOON)

    assert made == 0
    assert now(store, comment) == changed
    assert changed.scored_at is None
    assert settled(store, changed).status is Status.APPROVED


def test_of_an_edit_and_a_decision_at_the_same_moment_none_is_lost(store):
    comment = settled(store, received(store))

    with ThreadPoolExecutor(2) as pool:
        decided, edited = pool.submit(decide, store, comment), pool.submit(edit, store, comment)

    last = now(store, comment)
    with store.read() as uow:
        actions = [each.action for each in uow.decisions.history(comment.id)]
    assert last.body == "Another text."
    assert last.status is Status.PENDING
    assert actions in ([Action.HOLD, Action.EDIT], [Action.HOLD, Action.APPROVE, Action.EDIT])
    assert isinstance(decided.exception(), AlreadyDecided) is (Action.APPROVE not in actions)
    assert edited.exception() is None


# ---- Withdrawing


def test_what_is_withdrawn_is_gone_at_once_and_without_replies_nothing_is_left_of_it(store):
    gone = withdraw(store, published(store))

    assert (gone.status, gone.reason) == (Status.REJECTED, Reason.WITHDRAWN)
    assert shown(store) == []


def test_a_withdrawn_comment_with_replies_leaves_its_place_without_name_and_text(store):
    parent = published(store, "A question.")
    published(store, "An answer.", parent=parent.id)

    withdraw(store, parent)

    assert shown(store) == ["withdrawn", "An answer."]


def test_a_place_goes_with_the_last_reply(store):
    parent = published(store, "A question.")
    answer = published(store, "An answer.", parent=parent.id)

    withdraw(store, parent)
    withdraw(store, answer)

    assert shown(store) == []


def test_a_withdrawn_edit_takes_the_text_before_along(store):
    withdraw(store, edit(store, published(store)))

    assert shown(store) == []


def test_a_comment_can_be_withdrawn_at_any_time_and_twice(store):
    comment = published(store)

    gone = withdraw(store, comment, at=NOON + timedelta(days=900))

    assert withdraw(store, gone, at=NOON + timedelta(days=901)) == gone


def test_nobody_publishes_what_its_author_withdrew(store):
    gone = withdraw(store, published(store))
    with store.read() as uow:
        last = uow.decisions.last(gone.id)

    with pytest.raises(AlreadyDecided):
        decide(store, gone)
    with pytest.raises(NothingToUndo):
        review.undo(store, RecordingDispatch(), last.id, ADA, sites=["demo"], at=SOON)
    settled(store, replace(gone, status=Status.PENDING))
    assert shown(store) == []


def test_counts_are_of_what_can_be_read(store):
    parent = published(store, "A question.")
    edited = published(store, "An answer.", parent=parent.id)
    withdraw(store, parent)
    edit(store, edited)

    with store.read() as uow:
        assert uow.published.counts("demo", ["a-page"]) == {"a-page": 1}
        assert [each.id for each in uow.published.latest("demo", limit=9)] == [edited.id]
        assert uow.statistics.conservation().is_whole


def test_a_comment_that_is_not_there_can_be_neither_edited_nor_withdrawn(store):
    for act in (edit, withdraw):
        with pytest.raises(NotFound):
            act(store, replace(received(store), id="cmt_0"))


# ---- Automation


def on_trial(store, comment):
    with store.read() as uow:
        return uow.trials.get_many([comment.id]).get(comment.id)


@pytest.mark.parametrize("change", [edit, withdraw])
def test_what_an_author_does_is_no_verdict_about_the_machine(store, change):
    use_policy(store)
    comment = settled(store, received(store), a_score(0.3, 0.3))
    assert on_trial(store, comment)

    change(store, comment)

    assert on_trial(store, comment) is None


def test_an_edited_comment_is_on_trial_again_with_its_new_score(store):
    use_policy(store)
    comment = settled(store, received(store), a_score(0.3, 0.3))
    before = on_trial(store, comment)

    again = settled(store, edit(store, comment), a_score(0.4, 0.4), at=SOON + SECOND)

    assert again.score
    assert on_trial(store, again).odds != before.odds


# ---- Erasure


@pytest.mark.parametrize("change", [edit, withdraw])
def test_a_thread_is_rendered_anew_when_an_edited_or_withdrawn_comment_is_erased(store, change):
    comment = published(store)
    change(store, comment)
    with store.read() as uow:
        before = uow.threads.get("demo", "a-page").version

    erase_comment(store, comment.id, passages_of, sites=["demo"], by_id=ADA.id, at=SOON + SECOND)

    with store.read() as uow:
        assert uow.threads.get("demo", "a-page").version > before
    assert shown(store) == []


def test_a_thread_is_rendered_anew_when_retention_erases_a_withdrawn_comment(store):
    comment = published(store)
    withdraw(store, comment)
    with store.read() as uow:
        before = uow.threads.get("demo", "a-page").version

    destroy_all(store, at=SOON + 181 * DAY)

    with store.read() as uow:
        assert uow.threads.get("demo", "a-page").version > before
