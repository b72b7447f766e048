"""Campaigns: near copies counted both ways, decided together, taken back together."""

import pytest

from moderation import campaigns, review
from moderation.actions import Action
from moderation.comment import Comment, Status
from moderation.errors import NotFound
from moderation.reasons import Reason
from moderation.store import Store
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_submission, received, sent_copies, settled
from tests.explaining import explaining

OFFER = "Dear friend, our agency sells {} followers cheaply, write to us today and get the first hundred for free."
LATER = NOON + 1000 * SECOND


def decide(store: Store, campaign_id: str, action=Action.REJECT, reason=Reason.SPAM, sites=("demo",)):
    return campaigns.decide_campaign(
        store, RecordingDispatch(), campaign_id, action, reason, ADA, sites=sites, at=LATER
    )


def flood(store: Store, count: int = 12) -> list[Comment]:
    return sent_copies(store, [OFFER.format(n) for n in range(count)])


def test_the_first_copy_knows_of_those_that_came_after_it(store):
    first, *others = flood(store)
    settled(store, received(store, a_submission("Something else altogether, about bread and butter.")))

    with store.read() as uow:
        found = uow.campaigns.find({first.campaign}, sites=["demo"])
        [largest] = uow.campaigns.largest(sites=["demo"], limit=5)

    assert {each.campaign for each in (first, *others)} == {first.id}
    assert (found[first.id].size, found[first.id].pending) == (12, 12)
    assert (found[first.id].first_at, found[first.id].last_at) == (NOON, NOON + 11 * SECOND)
    assert largest == found[first.id]


def test_a_copy_that_comes_a_batch_later_joins_the_campaign(store):
    [first] = sent_copies(store, [OFFER.format("300")])
    with store.read() as uow:
        assert uow.comments.get(first.id).campaign == ""

    [second] = sent_copies(store, [OFFER.format("many")], at=NOON + 60 * SECOND)

    with store.read() as uow:
        assert uow.comments.get(first.id).campaign == second.campaign == first.id


def test_one_decision_is_about_all_that_wait_and_one_undo_about_all_of_it(store):
    comments = flood(store)

    result = decide(store, comments[0].id)

    assert (len(result.decided), result.left) == (12, 0)
    with store.read() as uow:
        together = uow.decisions.made_together(uow.decisions.last_standing(ADA.id))
    undone = review.undo_many(
        store, RecordingDispatch(), [d.id for d in together], ADA, sites=["demo"], at=LATER + SECOND
    )
    assert {each.comment.status for each in undone} == {Status.PENDING}
    assert len(undone) == 12


def test_many_undos_cost_no_more_statements_than_one(store, counts):
    def statements(count: int) -> int:
        comments = flood(store, count)
        made = [each.decision.id for each in decide(store, comments[-1].campaign).decided]
        counts.forget()
        review.undo_many(store, RecordingDispatch(), made, ADA, sites=["demo"], at=LATER + SECOND)
        return len(counts.statements)

    assert 0 < statements(3) == statements(30)


def test_more_than_one_transaction_holds_are_decided_in_several(store, monkeypatch):
    monkeypatch.setattr(campaigns, "BULK_LIMIT", 5)
    comments = flood(store)

    assert len(decide(store, comments[0].id).decided) == 12


def test_what_was_decided_before_keeps_its_decision(store):
    comments = flood(store)
    request = review.DecisionRequest(comments[3].id, Action.APPROVE, comments[3].revision)
    review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=LATER - SECOND)

    result = decide(store, comments[0].id)

    assert len(result.decided) == 11
    with store.read() as uow:
        campaign = uow.campaigns.find({comments[0].id}, sites=["demo"])[comments[0].id]
    assert (campaign.approved, campaign.rejected) == (1, 11)


def test_of_a_campaign_on_a_site_of_others_nothing_is_known(sqlite_store):
    comments = flood(sqlite_store, 3)

    with pytest.raises(NotFound):
        decide(sqlite_store, comments[0].id, sites=("garden",))
    with sqlite_store.read() as uow:
        assert uow.campaigns.largest(sites=["garden"], limit=5) == []


def test_the_words_that_change_from_copy_to_copy_are_marked():
    [pieces, _] = campaigns.differences(["Buy 300 followers, now!", "Buy many followers now"])

    assert [piece for piece in pieces if piece.varies] == [("300 ", True)]
    assert "".join(piece.text for piece in pieces) == "Buy 300 followers, now!"


def test_campaigns_are_counted_and_found_by_their_index(sqlite_store):
    comments = flood(sqlite_store, 3)

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.campaigns.find({comments[0].id}, sites=["demo"]))
        sqlite_store.write(lambda uow: uow.campaigns.count(sites=["demo"]))
        sqlite_store.write(lambda uow: uow.campaigns.largest(sites=["demo"], limit=5))
        sqlite_store.write(lambda uow: uow.campaigns.waiting(comments[0].id, sites=["demo"], limit=5))

    looks = [step for step in steps if "comments" in step]
    assert looks
    assert not [step for step in looks if "ix_comments_campaign" not in step]


def test_what_scoring_asks_of_campaigns_reads_no_comment_of_others(sqlite_store):
    comments = flood(sqlite_store, 3)
    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.campaigns.rejected_as_spam({comments[0].id}, since=NOON))

    assert [step for step in steps if "ix_comments_campaign" in step]
    assert not [step for step in steps if step.startswith("SCAN comments") or step.startswith("SCAN first")]


def test_whether_copies_came_lately_is_read_from_the_newest_of_an_index(sqlite_store):
    flood(sqlite_store, 3)
    with explaining(sqlite_store.engine) as steps:
        found = sqlite_store.write(lambda uow: uow.campaigns.recent_copies("demo", since=NOON, among=10))

    looks = [step for step in steps if "comments" in step]
    assert found == 2
    assert looks
    assert not [step for step in looks if "ix_comments_queue (site_id=? AND status=? AND received_at>?)" not in step]
    assert not [step for step in steps if "TEMP B-TREE" in step]


def test_rejected_copies_of_a_campaign_are_counted_until_one_of_them_is_approved(store):
    first, second, third = flood(store, 3)
    for comment in (first, second):
        request = review.DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
        review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=LATER)

    def counted(since=NOON):
        with store.read() as uow:
            return uow.campaigns.rejected_as_spam({first.id}, since=since)

    before, later = counted(), counted(since=LATER + SECOND)
    request = review.DecisionRequest(third.id, Action.APPROVE, third.revision)
    review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=LATER)

    assert (before, later, counted()) == ({first.id: 2}, {}, {})
