"""The figures of a site: what they count, who sees whose, and that no picture is without its table."""

import csv
import io

import pytest

from moderation.accounts import Role
from moderation.decision import Action, Reason
from moderation.insights import Text, histogram, topics_of
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, DAY, NOON, RecordingDispatch, a_score, a_submission, received, settled
from tests.explaining import explaining

URL = "/dashboard/sites/demo/insights"


@pytest.fixture
def busy(sqlite_store):
    """A site on which the policy rejected two comments, one of which a person restored, and one waits."""
    spam = a_score(spam=0.999)
    wrong = settled(sqlite_store, received(sqlite_store, a_submission("Our recipe: www.bread.example")), spam)
    settled(sqlite_store, received(sqlite_store, a_submission("Buy at https://pills.example/x")), spam)
    received(sqlite_store, at=NOON - 3 * DAY)
    request = DecisionRequest(wrong.id, Action.APPROVE, wrong.revision)
    decide(sqlite_store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + DAY / 2)
    return sqlite_store


def rows(browser, table):
    return list(csv.reader(io.StringIO(browser.get(f"{URL}.csv?table={table}").text)))


def test_days_ages_and_scores_are_counted(signed_in, busy):
    browser = signed_in("Vera", Role.VIEWER)

    assert rows(browser, "days")[-4:] == [
        ["2026-01-02", "0", "1", "0"],
        ["2026-01-03", "0", "0", "0"],
        ["2026-01-04", "0", "0", "0"],
        ["2026-01-05", "1", "0", "1"],
    ]
    assert [int(count) for _, count in rows(browser, "ages")[1:]] == [0, 0, 1, 0, 0]
    assert rows(browser, "scores")[-1] == ["95-100", "2", "0"]
    assert ["pills.example", "1"] in rows(browser, "domains") and ["A page", "3"] in rows(browser, "pages")


def test_the_page_says_what_people_overturned_and_draws_the_thresholds(signed_in, busy):
    page = signed_in("Vera", Role.VIEWER).get(URL).text

    assert "1 of 2 that the policy had approved or rejected" in page
    assert "12 hours" in page
    assert "hold 90%" in page and "reject 99%" in page
    assert page.count('role="img"') == 3


def test_moderators_see_their_own_work_and_owners_that_of_all(signed_in, busy):
    mina = signed_in("Mina")
    waiting = received(busy)
    fields = {"action": "reject", "reason": Reason.SPAM.value, "revision": waiting.revision}
    mina.submit(f"/dashboard/comments/{waiting.id}/decisions", **fields)
    signed_in("Ben")

    assert rows(mina, "work")[1:] == [["Mina", "0", "1", "0"]]
    assert [name for name, *_ in rows(signed_in("Olga", Role.OWNER), "work")[1:]] == ["Ben", "Mina", "Olga"]


def test_words_are_those_that_rejected_comments_use_more_than_others():
    rejected = [Text("a", "Casino bonus for everybody here", True)] * 3
    approved = [Text("a", "Everybody here bakes bread", False)] * 3

    assert [word for word, _ in topics_of(rejected + approved).words] == ["bonus", "casino"]


def test_the_highest_score_is_in_the_last_bin():
    assert histogram([0.0, 0.049, 1.0])[0] == 2 and histogram([0.0, 0.049, 1.0])[-1] == 1


def test_a_site_without_comments_has_insights_too(signed_in):
    assert "Nothing was decided yet." in signed_in("Vera", Role.VIEWER).get(URL).text


def test_a_name_that_begins_like_a_formula_is_none_in_a_sheet(signed_in, busy):
    assert [" =1+1", "0", "0", "0"] in rows(signed_in("=1+1"), "work")


def test_a_table_that_is_none_is_refused(signed_in):
    assert signed_in("Vera", Role.VIEWER).get(f"{URL}.csv?table=x").status_code == 422


def test_every_query_reads_a_range_of_an_index_and_no_whole_table(sqlite_store, busy):
    with sqlite_store.read() as uow:
        moderators = uow.accounts.moderators()

    with explaining(sqlite_store.engine) as steps:
        sqlite_store.write(lambda uow: uow.insights.of_site("demo", moderators, at=NOON))

    of_tables = [step for step in steps if step.split()[1] in ("comments", "decisions", "threads")]
    assert len(of_tables) > 15
    assert [step for step in of_tables if not step.startswith("SEARCH") or "USING" not in step] == []
