import pytest

from moderation import report_review
from moderation.accounts import Role
from moderation.decision import Reason
from moderation.report_review import NewReport
from tests.builders import NOON, RecordingDispatch
from tests.moderation.test_author_rights import published


@pytest.fixture
def mina(signed_in):
    return signed_in("Mina", Role.MODERATOR, "demo")


def reported(store, text="It <i>insults</i> Ben."):
    comment = published(store, "An angry word.")
    report_review.report(
        store, RecordingDispatch(), NewReport("demo", comment.id, "net", Reason.ABUSE, text), at=NOON
    )
    with store.read() as uow:
        return comment, uow.reports.about([comment.id])[comment.id][-1].id


def test_the_queue_leads_to_the_reported_comments_and_counts_them(mina, sqlite_store):
    reported(sqlite_store)

    page = mina.get("/dashboard/").text

    assert '<a data-place="reports" href="/dashboard/reports">Reported <span class="count">1</span></a>' in page


def test_a_reported_comment_is_shown_with_what_readers_say(mina, sqlite_store):
    reported(sqlite_store)

    for address in ("/dashboard/reports", "/dashboard/?status=approved"):
        page = mina.get(address).text
        assert "An angry word." in page
        assert "Reported by 1 reader" in page
        assert "It &lt;i&gt;insults&lt;/i&gt; Ben." in page


def test_reports_are_dismissed_and_the_comment_stays(mina, sqlite_store):
    comment, last = reported(sqlite_store)

    page = mina.submit(f"/dashboard/comments/{comment.id}/reports/dismiss", last=last).text

    assert "1 report was dismissed" in page
    assert "No comment is reported." in page
    with sqlite_store.read() as uow:
        assert uow.comments.get(comment.id).status == "approved"


def test_a_rejection_on_the_page_ends_the_reports(mina, sqlite_store):
    comment, _last = reported(sqlite_store)

    mina.submit(f"/dashboard/comments/{comment.id}/decisions", action="reject", reason="abuse", revision=2)

    assert "No comment is reported." in mina.get("/dashboard/reports").text


def test_a_viewer_reads_reports_and_dismisses_none(signed_in, sqlite_store):
    viewer = signed_in("Vera", Role.VIEWER, "demo")
    comment, last = reported(sqlite_store)

    assert "dismiss the reports" not in viewer.get("/dashboard/reports").text
    assert viewer.submit(f"/dashboard/comments/{comment.id}/reports/dismiss", last=last).status_code == 403


def test_a_moderator_of_another_site_sees_nothing(signed_in, garden, sqlite_store):
    other = signed_in("Gerd", Role.OWNER, garden)
    comment, last = reported(sqlite_store)

    assert "An angry word." not in other.get("/dashboard/reports").text
    assert other.submit(f"/dashboard/comments/{comment.id}/reports/dismiss", last=last).status_code == 404
