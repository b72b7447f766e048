import pytest

from moderation import appeal_review, intake, review
from moderation.accounts import Role
from moderation.decision import Action, DecidedBy, Reason
from moderation.review import DecisionRequest
from tests.builders import ADA, NOON, RecordingDispatch, a_submission, received


@pytest.fixture
def mina(signed_in):
    return signed_in("Mina", Role.MODERATOR, "demo")


def appealed(store, by=ADA, text="It is <b>no</b> abuse."):
    comment = received(store, a_submission("An angry word."))
    request = DecisionRequest(comment.id, Action.REJECT, 0, Reason.ABUSE)
    review.decide(store, RecordingDispatch(), request, by, sites=["demo"], at=NOON)
    appeal_review.appeal(store, RecordingDispatch(), comment.id, text, at=NOON)
    with store.read() as uow:
        return comment, uow.appeals.about(comment.id)[0]


def test_the_queue_leads_to_the_appeals_and_counts_them(mina, sqlite_store):
    assert 'data-place="appeals"' not in mina.get("/dashboard/").text
    appealed(sqlite_store)

    page = mina.get("/dashboard/").text

    assert '<a data-place="appeals" href="/dashboard/appeals">Appeals <span class="count">1</span></a>' in page


def test_an_appeal_is_shown_with_its_comment_and_the_decision(mina, sqlite_store):
    appealed(sqlite_store)

    page = mina.get("/dashboard/appeals").text

    assert "An angry word." in page
    assert "It is &lt;b&gt;no&lt;/b&gt; abuse." in page
    assert "Rejected by Ada: Abuse" in page


@pytest.mark.parametrize(("outcome", "status"), [("granted", "approved"), ("refused", "rejected")])
def test_an_appeal_is_decided_and_its_author_reads_how(mina, client, sqlite_store, outcome, status):
    comment, appeal = appealed(sqlite_store)

    page = mina.submit(f"/dashboard/appeals/{appeal.id}/decision", outcome=outcome, revision=1, answer="Read again.")

    assert "No appeal is waiting." in page.text
    with sqlite_store.read() as uow:
        assert uow.comments.get(comment.id).status == status
    page = client.get(f"/thanks?token={intake.status_token(sqlite_store.sealer, comment.id)}").text
    assert "Read again." in page and "Mina" not in page


def test_whoever_decided_sees_the_appeal_without_buttons(mina, signed_in, sqlite_store):
    signed_in("Noor", Role.MODERATOR, "demo")
    _comment, appeal = appealed(sqlite_store, by=DecidedBy(mina.moderator_id, "Mina"))

    page = mina.get("/dashboard/appeals").text
    refused = mina.submit(f"/dashboard/appeals/{appeal.id}/decision", outcome="refused", revision=1)

    assert "You made this decision" in page
    assert 'name="outcome"' not in page
    assert refused.status_code == 403


def test_a_viewer_reads_appeals_and_decides_none(signed_in, sqlite_store):
    viewer = signed_in("Vera", Role.VIEWER, "demo")
    _comment, appeal = appealed(sqlite_store)

    assert 'name="outcome"' not in viewer.get("/dashboard/appeals").text
    assert viewer.submit(f"/dashboard/appeals/{appeal.id}/decision", outcome="granted", revision=1).status_code == 403


def test_a_moderator_of_another_site_sees_nothing(signed_in, garden, sqlite_store):
    other = signed_in("Gerd", Role.OWNER, garden)
    _comment, appeal = appealed(sqlite_store)

    assert "An angry word." not in other.get("/dashboard/appeals").text
    assert other.submit(f"/dashboard/appeals/{appeal.id}/decision", outcome="granted", revision=1).status_code == 404


def test_the_page_of_a_comment_has_its_appeals(mina, sqlite_store):
    comment, _appeal = appealed(sqlite_store)

    assert "It is &lt;b&gt;no&lt;/b&gt; abuse." in mina.get(f"/dashboard/comments/{comment.id}").text
