"""Akismet's API: the answers that its clients rely on, the keys that it takes, and what its reports correct."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from moderation.accounts import Scope
from moderation.errors import CannotScore
from moderation.policy import Policy, WordRule
from moderation.rules import Action
from moderation.store.tables import checks, keys
from service.classifier import WebClassifier
from service.compat.akismet import OPERATIONS, THANKS
from service.compat.akismet_form import MAX_FIELDS
from service.rate_limits.limiter import WRONG_KEYS_PER_NETWORK
from tests.builders import NOON, StubClassifier, a_score, a_site, an_open_policy

PLUGIN = {"User-Agent": "WordPress/6.9 | Akismet/5.6"}
COMMENT = {
    "blog": "https://blog.example",
    "user_ip": "192.0.2.7",
    "user_agent": "Mozilla/5.0",
    "permalink": "https://blog.example/a-page",
    "comment_type": "comment",
    "comment_author": "Rita Reader",
    "comment_author_email": "rita@reader.example",
    "comment_author_url": "https://rita.example",
    "comment_content": "A kind word about your bread recipe.",
}
OF_PLUGIN = {**COMMENT, "comment_post_ID": "7"}


@pytest.fixture
def stub(monkeypatch):
    """The classifier of the web process, by default one that finds everything clean."""
    stub = StubClassifier()
    monkeypatch.setattr(WebClassifier, "sketch_many", lambda self, bodies: stub.sketch_many(bodies))
    monkeypatch.setattr(WebClassifier, "score_many", lambda self, comments, **how: stub.score_many(comments, **how))
    return stub


@pytest.fixture
def api_key(sqlite_store):
    """A key of the site `demo`, whose policy lets clean comments through."""
    policy = an_open_policy(hold_duplicates=True, words=(WordRule("casino", Action.HOLD),))
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=policy)))
    _, secret = sqlite_store.write(lambda uow: uow.keys.add_akismet("demo", "WordPress", at=NOON))
    return secret


@pytest.fixture
def ask(client, stub, api_key):
    """Asks with the key of the site: `ask("comment-check", **fields)`."""

    def ask(operation, fields=COMMENT, *, headers=None, version="1.1", method="POST", **changes):
        sent = {"api_key": api_key, **fields, **changes}
        how = {"query_string": sent} if method == "GET" else {"data": sent}
        return client.open(f"/{version}/{operation}", method=method, headers=headers, **how)

    return ask


def rows(store):
    with store.read() as uow:
        return uow.connection.execute(select(checks).order_by(checks.c.id)).all()


def test_a_clean_comment_is_false_and_spam_is_true(ask, stub, sqlite_store):
    clean = ask("comment-check")
    stub.given = a_score(spam=0.6)
    spam = ask("comment-check", comment_content="Cheap pills here.")
    stub.given = a_score(spam=0.99)
    blatant = ask("comment-check", comment_content="Cheaper pills here.")

    assert [answer.text for answer in (clean, spam, blatant)] == ["false", "true", "true"]
    assert [answer.headers.get("X-akismet-pro-tip") for answer in (clean, spam, blatant)] == [None, None, "discard"]
    guids = {answer.headers["X-akismet-guid"] for answer in (clean, spam, blatant)}
    assert guids == {row.id for row in rows(sqlite_store)}
    assert not any("X-akismet-debug-help" in answer.headers for answer in (clean, spam, blatant))


def test_everything_that_akismet_sends_reaches_the_classifier_and_the_row(ask, stub, sqlite_store):
    ask("comment-check")

    [reading], [row] = stub.seen, rows(sqlite_store)
    assert (reading.body, reading.name, reading.website) == (
        COMMENT["comment_content"],
        "Rita Reader",
        "https://rita.example",
    )
    assert (row.thread_url, row.masked_address) == ("https://blog.example/a-page", "192.0.2.0/24")
    assert sqlite_store.sealer.open(row.email_sealed, about=row.id) == b"rita@reader.example"


@pytest.mark.parametrize(
    ("fields", "headers", "body", "is_pending"),
    [
        (OF_PLUGIN, PLUGIN, "false", True),
        ({**OF_PLUGIN, "recheck_reason": "recheck_queue"}, PLUGIN, "false", True),
        ({**OF_PLUGIN, "recheck_reason": "retry"}, PLUGIN, "true", False),
        (COMMENT, PLUGIN, "true", False),
        (OF_PLUGIN, {"User-Agent": "BuddyPress/12 | Akismet/5.6"}, "true", False),
        (COMMENT, {}, "true", False),
    ],
    ids=["the plugin", "its queue", "after an outage", "another form", "another plugin", "another client"],
)
def test_what_the_policy_holds_is_pending_in_wordpress_and_true_elsewhere(ask, fields, headers, body, is_pending):
    answer = ask("comment-check", fields, headers=headers, comment_content="Come to my casino.")

    assert answer.text == body
    assert ("X-akismet-error" in answer.headers) is is_pending
    assert "X-akismet-guid" in answer.headers and "X-akismet-pro-tip" not in answer.headers


@pytest.mark.parametrize(("text", "body"), [("A kind word.", "false"), ("Come to my casino.", "true")])
def test_a_policy_that_approves_nothing_makes_no_spam_of_clean_comments(ask, sqlite_store, text, body):
    words = (WordRule("casino", Action.HOLD),)
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=Policy(words=words))))

    answer = ask("comment-check", COMMENT, comment_content=text)

    assert answer.text == body


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "administrator"}, "false"),
        ({"user_role": "administrator", "comment_author": "viagra-test-123"}, "false"),
    ],
)
def test_the_test_values_have_their_answers_whatever_the_model_says(ask, stub, sqlite_store, changes, body):
    stub.given = a_score(spam=0.99 if body == "false" else 0.0)

    answer = ask("comment-check", **changes)

    assert (answer.text, rows(sqlite_store), stub.seen) == (body, [], [])


def test_a_test_is_answered_and_not_kept(ask, sqlite_store):
    answers = [ask("comment-check", is_test=value).text for value in ("1", "true", "True")]
    submitted = ask("submit-spam", is_test="1").text

    assert (answers, submitted, rows(sqlite_store)) == (["false"] * 3, THANKS, [])


def test_a_client_may_try_the_answer_for_blatant_spam(ask):
    answer = ask("comment-check", comment_author="viagra-test-123", is_test="1", test_discard="1")

    assert (answer.text, answer.headers["X-akismet-pro-tip"]) == ("true", "discard")


def test_the_key_may_be_in_the_form_the_query_or_the_host(client, stub, api_key):
    def check(fields, host="rest.akismet.com", query=""):
        return client.post(f"/1.1/comment-check{query}", data=COMMENT | fields, headers={"Host": host}).text

    ways = [
        check({"api_key": api_key}),
        check({"key": api_key}),
        check({}, host=f"{api_key}.rest.akismet.com"),
        check({}, host=f"{api_key.upper()}.comments.example:8080"),
        check({}, query=f"?api_key={api_key}"),
        check({"api_key": api_key}, host="0123456789ab.rest.akismet.com"),
    ]

    assert ways == ["false"] + ["true"] * 5  # the first is clean, the others repeat it
    assert check({}) == "invalid"


def test_a_key_of_the_api_works_too(client, stub, key, api_key):
    secret = key(Scope.CHECK)["Authorization"].removeprefix("Bearer ")

    assert client.post("/1.1/verify-key", data={"key": secret, "blog": "https://blog.example"}).text == "valid"


def test_a_key_is_verified_and_a_revoked_one_is_invalid(client, api_key, sqlite_store):
    def verify(key):
        return client.post("/1.1/verify-key", data={"key": key, "blog": "https://blog.example"})

    before, wrong = verify(api_key), verify("0123456789ab")
    with sqlite_store.read() as uow:
        [known] = uow.keys.all("demo")
    sqlite_store.write(lambda uow: uow.keys.revoke(known.id, at=NOON))

    assert (before.text, wrong.text, verify(api_key).text) == ("valid", "invalid", "invalid")
    assert before.mimetype == "text/plain"


def test_the_key_to_verify_is_the_one_named_not_the_one_that_the_plugin_has_stored(client, api_key):
    sent = {"key": "0123456789ab", "api_key": api_key, "blog": "https://blog.example"}

    assert client.post("/1.1/verify-key", data=sent).text == "invalid"


def test_a_wrong_key_is_explained_and_leaves_the_comment_to_a_moderator(ask, sqlite_store):
    answer = ask("comment-check", api_key="0123456789ab")

    assert (answer.status_code, answer.text) == (200, "invalid")
    assert answer.headers["X-akismet-debug-help"] == "This key is unknown or revoked."
    assert "X-akismet-guid" in answer.headers
    assert rows(sqlite_store) == []


def test_a_network_that_guesses_keys_is_refused_even_with_a_right_one(client, api_key):
    def verify(key, address="192.0.2.9"):
        sent = {"key": key, "blog": "https://blog.example"}
        return client.post("/1.1/verify-key", data=sent, environ_base={"REMOTE_ADDR": address}).status_code

    guesses = [verify(f"{number:012x}") for number in range(WRONG_KEYS_PER_NETWORK[0].amount + 1)]

    assert set(guesses[:-1]) == {200} and guesses[-1] == 429
    assert verify(api_key) == 429
    assert verify(api_key, address="198.51.100.9") == 200


def test_right_keys_use_up_no_guesses(client, api_key):
    for _ in range(WRONG_KEYS_PER_NETWORK[0].amount + 5):
        answer = client.post("/1.1/verify-key", data={"key": api_key})

    assert answer.text == "valid"


def test_the_short_key_opens_nothing_else_and_is_not_stored(client, api_key, sqlite_store):
    assert client.get("/v1/queue", headers={"Authorization": f"Bearer {api_key}"}).status_code == 401
    with sqlite_store.read() as uow:
        [row] = uow.connection.execute(select(keys)).all()
    assert (len(api_key), row.scope, row.digest) == (
        12,
        "check",
        sqlite_store.sealer.find_key("akismet-key", api_key),
    )


def test_a_report_finds_its_check_by_guid_or_by_the_text_and_its_author(ask, sqlite_store):
    first = ask("comment-check").headers["X-akismet-guid"]
    second = ask("comment-check", comment_content="Another kind word.").headers["X-akismet-guid"]

    by_guid = ask("submit-spam", {"guid": first, "comment_content": "as it was edited"})
    by_content = ask("submit-ham", comment_content="Another kind word.")

    assert (by_guid.text, by_content.text) == (THANKS, THANKS)
    assert {row.id: row.correction for row in rows(sqlite_store)} == {first: "spam", second: "ham"}


def test_a_report_of_a_text_that_was_never_checked_is_kept_with_it(ask, sqlite_store):
    ask("submit-spam")

    [row] = rows(sqlite_store)
    assert (row.correction, row.body) == ("spam", COMMENT["comment_content"])


def test_a_report_with_the_guid_of_another_site_does_not_touch_it(ask, sqlite_store):
    other = ask("comment-check").headers["X-akismet-guid"]
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    _, theirs = sqlite_store.write(lambda uow: uow.keys.add_akismet("other", "x", at=NOON))

    ask("submit-spam", api_key=theirs, guid=other)

    assert {row.site_id: row.correction for row in rows(sqlite_store)} == {"demo": "", "other": "spam"}


def test_a_comment_that_is_checked_again_is_no_copy_of_itself(ask, sqlite_store):
    first = ask("comment-check")
    copy = ask("comment-check")
    again = ask("comment-check", recheck_reason="recheck_queue")

    assert (first.text, copy.text, again.text) == ("false", "true", "false")
    assert len(rows(sqlite_store)) == 2


def test_a_filled_honeypot_is_a_trap(ask, stub):
    for fields in (
        {"honeypot_field_name": "hp", "hp": "http://x.example"},
        {"POST_ak_hp_textarea": "http://x.example"},
    ):
        assert ask("comment-check", **fields).text == "true"
        assert "hidden_field" in stub.seen[-1].signals
    assert ask("comment-check", honeypot_field_name="hp", hp="", comment_content="Fine bread.").text == "false"


@pytest.mark.parametrize(
    "changes",
    [
        {"comment_author": "A name\nof two lines" + "x" * 300},
        {"comment_author_email": "not an address"},
        {"comment_author_url": "javascript:alert(1)"},
        {"user_ip": "unknown"},
        {"permalink": "/relative"},
        {"comment_content": "long " * 20_000},
        {"comment_content": "a NUL \0 in it"},
        {"comment_content": ""},
        {"comment_author": "", "comment_author_email": ""},
        {f"HTTP_X_{n}": "a header" for n in range(300)},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_field_that_cannot_be_used_is_no_reason_to_refuse(ask, changes):
    answer = ask("comment-check", **changes)

    assert (answer.status_code, answer.text) == (200, "false")


def test_a_form_in_another_charset_is_read_in_it(client, stub, api_key):
    body = f"api_key={api_key}&comment_content=" + "".join(f"%{byte:02X}" for byte in "Grüße".encode("latin-1"))
    kind = "application/x-www-form-urlencoded; charset=ISO-8859-1"

    client.post("/1.1/comment-check", data=body, content_type=kind)
    client.post("/1.1/comment-check", data=body, content_type="application/x-www-form-urlencoded; charset=rot13")

    assert [reading.body for reading in stub.seen] == ["Grüße", "Gr\ufffd\ufffde"]


def test_a_form_of_parts_and_lists_are_read(client, stub, api_key):
    sent = {"api_key": api_key, "comment_content": "In parts.", "comment_context[]": ["bread", "cake"]}

    answer = client.post("/1.1/comment-check", data=sent, content_type="multipart/form-data")

    assert (answer.text, stub.seen[0].body) == ("false", "In parts.")


def test_a_failure_is_neither_true_nor_false_and_is_held_by_the_plugin(ask, monkeypatch, sqlite_store):
    def fail(self, comments, **how):
        raise CannotScore(retry_after_s=30)

    monkeypatch.setattr(WebClassifier, "score_many", fail)

    answer = ask("comment-check", OF_PLUGIN, headers=PLUGIN)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert answer.text not in {"true", "false"}
    assert "X-akismet-guid" in answer.headers and answer.headers["X-akismet-debug-help"]
    assert rows(sqlite_store) == []


def test_an_error_that_nobody_expected_is_held_by_the_plugin_too(ask, monkeypatch):
    def fail(self, comments, **how):
        raise ZeroDivisionError

    monkeypatch.setattr(WebClassifier, "score_many", fail)

    answer = ask("comment-check")

    assert answer.status_code == 500 and answer.text not in {"true", "false"}
    assert "X-akismet-guid" in answer.headers


def test_a_form_with_too_many_fields_is_refused(ask):
    answer = ask("comment-check", {f"f{n}": "" for n in range(MAX_FIELDS)})

    assert answer.status_code == 400 and "fields" in answer.headers["X-akismet-debug-help"]


def test_the_help_is_one_line_of_ascii_in_every_language(ask):
    answer = ask("comment-check", {f"f{n}": "" for n in range(MAX_FIELDS)}, headers={"Accept-Language": "de"})

    assert answer.headers["X-akismet-debug-help"].isascii()


def test_usage_has_no_limit(ask, clock):
    ask("comment-check")

    assert ask("usage-limit", {}, version="1.2", method="GET").get_json() == {
        "limit": "none",
        "usage": 1,
        "percentage": 0,
        "throttled": False,
    }
    clock.wait(timedelta(days=31))
    assert ask("usage-limit", {}, version="1.2", method="GET").get_json()["usage"] == 0


def test_statistics_count_what_was_rejected_and_what_was_wrong(ask, stub):
    ask("comment-check")
    ask("submit-spam")
    stub.given = a_score(spam=0.99)
    rejected = ask("comment-check", comment_content="Cheap pills.").headers["X-akismet-guid"]
    ask("submit-ham", guid=rejected)

    said = ask("get-stats", {"from": "6-months"}).get_json()

    figures = {"spam": 1, "ham": 1, "missed_spam": 1, "false_positives": 1}
    assert {name: said[name] for name in (*figures, "accuracy")} == figures | {"accuracy": 0.0}
    assert said["breakdown"]["2026-01"] == figures | {"da": "2026-01-01"}
    assert list(said["breakdown"]) == ["2025-08", "2025-09", "2025-10", "2025-11", "2025-12", "2026-01"]


def test_the_sites_of_a_key_are_told_as_json_and_as_csv(ask):
    ask("comment-check")

    listed = ask("key-sites", {}, version="1.2", method="GET").get_json()
    table = ask("key-sites", {"format": "csv", "month": "2026-01"}, version="1.2", method="GET").text

    [row] = listed["2026-01"]
    assert (row["site"], row["api_calls"], row["ham"], listed["total"]) == ("blog.example", "1", "1", 1)
    assert table.splitlines()[2] == "blog.example,1,0,1,0,0,false"
    assert ask("key-sites", {"filter": "shop"}, version="1.2", method="GET").get_json()["total"] == 0


def test_the_settings_page_of_the_plugin_gets_its_answers(ask, client, api_key):
    assert ask("get-subscription", {}).get_json()["status"] == "active"
    assert ask("token", {}).text == ""
    assert ask("deactivate", {}).text == "deactivated"
    assert ask("verify-key", {}).text == "valid"
    assert client.get("/1.1/test").text == "connected"


def test_every_operation_is_on_its_page():
    page = (Path(__file__).parents[3] / "docs" / "akismet.md").read_text("utf-8")

    assert [name for name in OPERATIONS if f"`{name}`" not in page] == []


def test_a_text_is_never_taken_from_a_url(ask):
    assert ask("comment-check", method="GET").status_code == 405
