import pytest
from sqlalchemy import update

from moderation.accounts import Scope
from moderation.decision import Action
from moderation.store.tables import comments
from tests.builders import NOON, SECOND, a_score, a_site, a_submission, indexed, received, settled
from tests.service.bodies import wrong_fields

QUEUE = "/v1/queue"


def bodies(answer):
    return [each["body"] for each in answer.get_json()["comments"]]


def test_the_queue_lists_what_waits_oldest_first(client, sqlite_store, key):
    for number in range(3):
        received(sqlite_store, a_submission(f"number {number}"), at=NOON + number * SECOND)

    answer = client.get(QUEUE, headers=key(Scope.READ))

    assert bodies(answer) == ["number 0", "number 1", "number 2"]


def test_the_queue_shows_the_score_but_no_address(client, sqlite_store, key):
    settled(sqlite_store, received(sqlite_store, a_submission(email="canary@reader.example")), a_score(spam=0.7))

    answer = client.get(QUEUE, headers=key(Scope.READ))

    assert answer.get_json()["comments"][0]["score"]["spam"] == 0.7
    assert "canary" not in answer.text


def test_the_queue_can_be_searched(client, sqlite_store, key):
    expected = {
        "thread=bread": ["About bread."],
        "author=Ben": ["About wine."],
        "author=ben@reader.example": ["About wine."],
        "text=wine": ["About wine."],
        "text=100%25": [],
        "status=approved": [],
        "status=any": ["About bread.", "About wine."],
        "site=demo": ["About bread.", "About wine."],
        "sort=newest": ["About wine.", "About bread."],
        "reason=spam": [],
    }
    received(sqlite_store, a_submission("About bread.", thread="bread"))
    received(sqlite_store, a_submission("About wine.", name="Ben", email="ben@reader.example"), at=NOON + SECOND)

    headers = key()
    indexed(sqlite_store)

    found = {query: bodies(client.get(f"{QUEUE}?{query}", headers=headers)) for query in expected}

    assert found == expected


def test_pages_join_into_the_whole_queue(client, sqlite_store, key):
    headers = key()
    for number in range(5):
        received(sqlite_store, a_submission(f"number {number}"), at=NOON + number * SECOND)
    seen, cursor = [], ""

    while cursor is not None:
        answer = client.get(f"{QUEUE}?limit=2&cursor={cursor}", headers=headers)
        seen, cursor = seen + bodies(answer), answer.get_json()["next"]

    assert seen == [f"number {number}" for number in range(5)]


FORGED = [
    "WyJvbGRlc3QiLCAiMjAyNi0wMS0wMVQwMDowMDowMCIsICJ4Il0=",  # a time without a zone
    "WyJvbGRlc3QiLCAxLjUsICJ4Il0=",  # a number where a time belongs
    "WyJvbGRlc3QiLCBOYU4sICJ4Il0=",
    "WyJvbGRlc3QiLCB7fSwgIngiXQ==",
    "W1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tb",
    "bnVsbA==",
    "4pyT",
    "x",
]


@pytest.mark.parametrize("sort", ["oldest", "spam"])
def test_a_cursor_that_is_not_ours_is_refused(client, key, sort):
    headers = key()

    answers = {cursor: client.get(f"{QUEUE}?sort={sort}&cursor={cursor}", headers=headers) for cursor in FORGED}

    assert [cursor for cursor, answer in answers.items() if "cursor" not in wrong_fields(answer)] == []


@pytest.mark.parametrize(
    "query", ["status=spam", "sort=best", "limit=0", "limit=101", "reason=bad", "page=2", "limit="]
)
def test_a_wrong_query_names_its_field(client, key, query):
    answer = client.get(f"{QUEUE}?{query}", headers=key())

    assert set(wrong_fields(answer)) == {query.partition("=")[0]}


def test_one_comment_comes_with_everything_about_it(client, sqlite_store, key):
    first = received(sqlite_store, a_submission("The first."))
    comment = received(sqlite_store, a_submission("A kind reply.", parent=first.id), at=NOON + SECOND)
    settled(sqlite_store, comment)

    detail = client.get(f"/v1/comments/{comment.id}", headers=key()).get_json()

    assert detail["score"]["evidence"][0]["text"] == "kind"
    assert [each["action"] for each in detail["history"]] == [Action.HOLD]
    assert detail["author"]["pending"] == 2
    assert detail["in_reply_to"]["body"] == "The first."


def test_an_address_is_revealed_only_on_the_record(client, sqlite_store, key):
    comment = received(sqlite_store, a_submission(email="rita@reader.example"))

    answer = client.post(f"/v1/comments/{comment.id}/email", headers=key(Scope.MODERATE))

    assert answer.get_json() == {"email": "rita@reader.example"}
    with sqlite_store.read() as uow:
        facts = [entry.fact for entry in uow.audit.entries("demo")]
    assert [(fact.action, fact.subject) for fact in facts] == [("email.revealed", comment.id)]


def test_an_address_that_another_secret_sealed_is_no_error_of_ours(client, sqlite_store, key):
    comment = received(sqlite_store)
    sqlite_store.write(lambda uow: uow.connection.execute(update(comments).values(email_sealed=b"another's seal")))

    answer = client.post(f"/v1/comments/{comment.id}/email", headers=key(Scope.MODERATE))

    assert answer.status_code == 409
    assert "REJOINDER_SECRET" in answer.get_json()["detail"]
    with sqlite_store.read() as uow:
        assert not list(uow.audit.entries("demo"))


def test_a_reader_may_not_reveal_an_address(client, sqlite_store, key):
    comment = received(sqlite_store)

    assert client.post(f"/v1/comments/{comment.id}/email", headers=key(Scope.READ)).status_code == 403


def test_who_reads_one_site_and_moderates_another_reveals_only_there(client, sqlite_store, session):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    comment = received(sqlite_store)
    moderator = session({"demo": "viewer", "other": "moderator"})

    assert moderator.get(f"/v1/comments/{comment.id}").status_code == 200
    assert moderator.post(f"/v1/comments/{comment.id}/email").status_code == 403
