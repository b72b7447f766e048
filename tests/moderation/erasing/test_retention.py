"""What is kept for how long: the decision, and the run that destroys the rest."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from moderation.actions import Action
from moderation.comment import Status
from moderation.decision import Reason
from moderation.erasing.destroy import BEGINNING, destroy_all, destroy_next
from moderation.erasing.retention import Destroyed, Kept, Retention, checked_retention, due
from moderation.errors import Invalid, NotFound
from moderation.outbox.delivery import DeliveryStatus
from moderation.review import DecisionRequest, decide
from moderation.store.tables import attempts, comments, deliveries
from tests.builders import ADA, DAY, NOON, SECOND, RecordingDispatch, a_site, a_submission, received, settled
from tests.moderation.store.announcing import an_endpoint, claim, record


def kept(status=Status.REJECTED, reason=Reason.SPAM, **changes):
    fields = {"has_email": True, "has_network": True, "received_at": NOON, "decided_at": NOON} | changes
    return Kept("cmt_1", "demo", status, reason, **fields)


@pytest.mark.parametrize(
    ("comment", "days", "what"),
    [
        (kept(), 29, ()),
        (kept(), 30, (Destroyed.SPAM,)),
        (kept(reason=Reason.ABUSE), 179, (Destroyed.NETWORKS,)),
        (kept(reason=Reason.ABUSE), 180, (Destroyed.REJECTED,)),
        (kept(Status.APPROVED, Reason.CLEAN), 29, ()),
        (kept(Status.APPROVED, Reason.CLEAN), 30, (Destroyed.NETWORKS,)),
        (kept(Status.APPROVED, Reason.CLEAN), 365, (Destroyed.EMAILS, Destroyed.NETWORKS)),
        (kept(Status.APPROVED, Reason.CLEAN, has_email=False, has_network=False), 999, ()),
        (kept(Status.PENDING, Reason.UNSURE), 999, (Destroyed.NETWORKS,)),
        (kept(decided_at=NOON + 10 * DAY), 39, (Destroyed.NETWORKS,)),
    ],
)
def test_what_is_over_after_some_days(comment, days, what):
    assert due(comment, Retention(), at=NOON + days * DAY) == what


def test_what_is_kept_for_ever_is_never_over():
    for_ever = Retention(**dict.fromkeys(("spam_days", "rejected_days", "email_days", "network_days"), None))

    assert due(kept(), for_ever, at=NOON + 9_999 * DAY) == ()


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_days_out_of_range_are_refused_by_name(days):
    with pytest.raises(Invalid, match="spam_days: must be a whole number from 1 to 3,650"):
        checked_retention({"spam_days": days})


@pytest.fixture
def written(store):
    """A spam, an insult and a published comment, of NOON, each with deliveries."""
    an_endpoint(store)
    found = {}
    for reason in (Reason.SPAM, Reason.INSULT, None):
        comment = settled(store, received(store, a_submission(f"Canary {reason}", email=f"{reason}@reader.example")))
        action = Action.REJECT if reason else Action.APPROVE
        request = DecisionRequest(comment.id, action, comment.revision, reason)
        decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 2 * SECOND)
        found[reason] = comment
    return found


def bodies(store):
    with store.read() as uow:
        return sorted(uow.connection.scalars(select(comments.c.body).where(comments.c.body != "")))


def test_a_run_destroys_what_is_over_and_reports_it(store, written):
    at = NOON + 31 * DAY

    counts = destroy_all(store, at=at)

    expected = {("demo", Destroyed.SPAM): 1, ("demo", Destroyed.NETWORKS): 2}
    assert {key: count for key, count in counts.items() if key[1] != Destroyed.DELIVERIES} == expected
    assert bodies(store) == ["Canary None", "Canary insult"]
    with store.read() as uow:
        report = uow.retention.report(["demo"], since=NOON.date())
        assert uow.statistics.conservation().is_whole
        with pytest.raises(NotFound):
            uow.comments.get(written[Reason.SPAM].id)
    assert {(each.site_id, each.what): each.count for each in report} == dict(counts)
    assert {each.day for each in report} == {at.date()}
    assert not destroy_all(store, at=at)


def test_a_dry_run_counts_the_same_and_changes_nothing(store, written):
    at = NOON + 400 * DAY

    counted = destroy_all(store, at=at, is_dry_run=True)

    assert len(bodies(store)) == 3
    with store.read() as uow:
        assert uow.retention.report(["demo"], since=NOON.date()) == []
    assert destroy_all(store, at=at) == counted
    assert bodies(store) == ["Canary None"]


def test_the_address_of_a_published_comment_goes_and_its_author_is_still_known(store, written):
    destroy_all(store, at=NOON + 365 * DAY)

    published = written[None]
    with store.read() as uow:
        with pytest.raises(NotFound):
            uow.comments.email_of(published.id)
        row = uow.connection.execute(select(comments).where(comments.c.id == published.id)).one()
        assert row.email_key == store.sealer.find_key("email", "none@reader.example")
    assert bodies(store) == ["Canary None"]


def test_each_site_has_its_own_days(store, written):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    store.write(lambda uow: uow.retention.change("demo", Retention(spam_days=None, network_days=None)))

    counts = destroy_all(store, at=NOON + 31 * DAY)

    assert not counts
    with store.read() as uow:
        assert uow.retention.all() == {"demo": Retention(spam_days=None, network_days=None), "other": Retention()}


def test_ended_deliveries_go_with_their_attempts_and_those_that_wait_stay(store, written):
    record(store, claim(store, limit=1, at=NOON + 3 * SECOND), at=NOON + 3 * SECOND)

    destroy_all(store, at=NOON + 30 * DAY + timedelta(minutes=1))

    with store.read() as uow:
        statuses = set(uow.connection.scalars(select(deliveries.c.status)))
        assert uow.connection.execute(select(attempts)).all() == []
    assert statuses == {DeliveryStatus.WAITING.value}


def test_a_run_goes_on_where_it_was(store, written, monkeypatch):
    monkeypatch.setattr("moderation.erasing.destroy.AT_ONCE", 1)

    place, steps = BEGINNING, 0
    while place is not None:
        _, place = destroy_next(store, place, at=NOON + 400 * DAY)
        steps += 1

    assert steps >= 4
    assert bodies(store) == ["Canary None"]


def test_a_comment_that_was_taken_back_meanwhile_is_kept(store, written, monkeypatch):
    spam = written[Reason.SPAM]
    with store.read() as uow:
        revision = uow.comments.get(spam.id).revision
    real = store.write

    def approve_first(work):
        monkeypatch.setattr(store, "write", real)
        request = DecisionRequest(spam.id, Action.APPROVE, revision)
        decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 30 * DAY)
        return real(work)

    monkeypatch.setattr(store, "write", approve_first)
    destroy_all(store, at=NOON + 31 * DAY)

    assert "Canary spam" in bodies(store)
