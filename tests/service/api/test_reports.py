import pytest

from moderation.accounts import Scope
from moderation.decision import Action
from tests.builders import NOON, a_site
from tests.service.api.test_status import comment, rule, sent
from tests.service.bodies import BLOG

ABUSE = {"reason": "abuse", "text": "It insults Ben."}


@pytest.fixture
def published(client, sqlite_store):
    """The id of a published comment."""
    comment_id, _path = sent(client)
    rule(sqlite_store, comment_id, Action.APPROVE)
    return comment_id


def url(comment_id, site="demo"):
    return f"/v1/sites/{site}/comments/{comment_id}/reports"


def reported(client, headers):
    return client.get("/v1/reports", headers=headers).get_json()["reported"]


def test_a_reader_reports_a_comment_from_a_page_of_the_site(client, key, published):
    answer = client.post(url(published), json=ABUSE, headers={"Origin": BLOG})

    assert (answer.status_code, answer.get_json()) == (202, {"comment": published, "status": "reported"})
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    [found] = reported(client, key(Scope.READ))
    assert (found["comment"]["id"], found["weight"]) == (published, 1.0)
    assert [(each["reason"], each["text"]) for each in found["reports"]] == [("abuse", "It insults Ben.")]
    assert "192.0.2" not in str(found["reports"])


def test_a_second_report_of_a_network_gets_the_same_answer_and_counts_for_nothing(client, key, published):
    answers = [client.post(url(published), json=ABUSE) for _ in range(2)]

    assert answers[0].get_json() == answers[1].get_json()
    assert len(reported(client, key())[0]["reports"]) == 1


def test_a_page_of_another_origin_reports_nothing(client, key, published):
    assert client.post(url(published), json=ABUSE, headers={"Origin": "https://evil.example"}).status_code == 403
    assert reported(client, key()) == []


@pytest.mark.parametrize("body", [{}, {"reason": "clean"}, {"reason": "abuse", "text": "x" * 1_001}])
def test_a_report_is_checked(client, published, body):
    assert client.post(url(published), json=body).status_code == 422


def test_what_is_not_public_cannot_be_reported_and_does_not_show_by_it(client, sqlite_store):
    waiting = sent(client)[0]

    answers = [client.post(url(each), json=ABUSE) for each in (waiting, "cmt_0")]

    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].get_json() == answers[1].get_json()


def test_reports_count_towards_the_limits_of_their_network(limited, sqlite_store):
    client = limited(limit_network="2/hour")
    comment_id = sent(client)[0]
    rule(sqlite_store, comment_id, Action.APPROVE)

    assert [client.post(url(comment_id), json=ABUSE).status_code for _ in range(2)] == [202, 429]


def test_a_moderator_dismisses_the_reports_that_they_read(client, key, published):
    client.post(url(published), json=ABUSE)
    [found] = reported(client, key())

    answer = client.post(
        f"/v1/comments/{published}/reports/dismiss",
        json={"last": found["reports"][-1]["id"]},
        headers=key(Scope.MODERATE),
    )

    assert answer.get_json() == {"dismissed": 1}
    assert reported(client, key()) == []


def test_a_stranger_reads_and_dismisses_no_report(client, key, published, sqlite_store):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    client.post(url(published), json=ABUSE)
    dismissal, last = f"/v1/comments/{published}/reports/dismiss", {"last": "rpt_f"}

    assert client.get("/v1/reports").status_code == 401
    assert reported(client, key(Scope.ADMIN, "other")) == []
    assert client.post(dismissal, json=last).status_code == 401
    assert client.post(dismissal, json=last, headers=key(Scope.READ)).status_code == 403
    assert client.post(dismissal, json=last, headers=key(Scope.ADMIN, "other")).status_code == 404
    assert client.post(url(published, "other"), json=ABUSE).status_code == 404
    assert len(reported(client, key())) == 1
    assert comment(sqlite_store, published).status == "approved"
