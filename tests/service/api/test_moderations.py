"""OpenAI's moderations: every shape of the input, every category, and what the site's thresholds make of a score."""

import pytest
from sqlalchemy import select

from moderation.accounts import Scope
from moderation.policy import Threshold
from moderation.store.tables import checks
from service.auth import csrf
from service.auth.actors import SESSION_COOKIE
from service.classifier import WebClassifier
from service.schemas.moderations import CATEGORIES, MAX_TEXTS
from tests.builders import NOON, StubClassifier, a_policy, a_score, a_site
from tests.service.bodies import wrong_fields

MODERATIONS = "/v1/moderations"
CANNOT_TELL = {name for name, rule in CATEGORIES.items() if rule is None}


@pytest.fixture
def stub(monkeypatch):
    """The classifier of the web process."""
    stub = StubClassifier()
    monkeypatch.setattr(WebClassifier, "score_many", lambda self, comments, **how: stub.score_many(comments, **how))
    return stub


@pytest.fixture
def ask(client, key, stub):
    headers = key(Scope.CHECK)
    return lambda given, **more: client.post(MODERATIONS, json={"input": given, **more}, headers=headers)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("One text.", ["One text."]),
        (["One.", "Two."], ["One.", "Two."]),
        ([{"type": "text", "text": "One."}], ["One."]),
        (
            [
                {"type": "text", "text": "One."},
                {"type": "image_url", "image_url": {"url": "https://x.example/i.png"}},
                {"type": "text", "text": "Two."},
            ],
            ["One.\nTwo."],
        ),
    ],
)
def test_a_text_a_list_and_parts_are_read(ask, stub, given, read):
    said = ask(given, model="omni-moderation-latest").get_json()

    assert [reading.body for reading in stub.seen] == read
    assert len(said["results"]) == len(read)
    assert said["id"].startswith("modr") and said["model"] == "test-1"


def test_every_category_is_there_and_what_the_model_cannot_tell_is_false_with_no_score(ask, stub):
    stub.given = a_score(abuse=0.99, labels=dict.fromkeys(("insult", "threat", "identity_attack", "obscene"), 0.99))

    [result] = ask("A text.").get_json()["results"]

    assert len(CATEGORIES) == 13
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert result[part].keys() == CATEGORIES.keys()
    assert {name for name, score in result["category_scores"].items() if score == 0} == CANNOT_TELL
    assert {name for name, is_found in result["categories"].items() if not is_found} == CANNOT_TELL
    assert {name for name, kinds in result["category_applied_input_types"].items() if not kinds} == CANNOT_TELL


@pytest.mark.parametrize(
    ("thresholds", "flagged"),
    [
        ({"abuse": Threshold(hold_at=0.6)}, {"harassment", "hate"}),
        ({"abuse": Threshold(hold_at=0.6), "identity_attack": Threshold(hold_at=0.8)}, {"harassment"}),
        ({"abuse": Threshold(hold_at=0.8)}, set()),
        ({"abuse": Threshold(reject_at=0.7)}, {"harassment", "hate"}),
        ({}, {"harassment", "hate"}),
    ],
)
def test_a_category_is_true_from_where_the_site_holds(ask, stub, sqlite_store, thresholds, flagged):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(thresholds=thresholds))))
    stub.given = a_score(abuse=0.7, labels={"identity_attack": 0.7, "threat": 0.3})

    [result] = ask("A text.").get_json()["results"]

    assert {name for name, is_found in result["categories"].items() if is_found} == flagged
    assert result["flagged"] is bool(flagged)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        [],
        7,
        ["one", 2],
        [{"type": "image_url", "image_url": {"url": "https://x.example/i.png"}}],
        [{"type": "text", "text": 7}],
        ["x"] * (MAX_TEXTS + 1),
    ],
    ids=str,
)
def test_an_input_that_cannot_be_judged_is_refused(ask, stub, given):
    answer = ask(given)

    assert (answer.status_code, set(wrong_fields(answer))) == (422, {"input"})
    assert stub.seen == []


def test_nothing_is_kept(ask, sqlite_store):
    ask("A text.")

    with sqlite_store.read() as uow:
        assert uow.connection.execute(select(checks)).all() == []


def test_each_text_counts_towards_the_limit_of_the_key(limited, key, stub):
    client, headers = limited(limit_checks="3/minute"), key(Scope.CHECK)

    statuses = [client.post(MODERATIONS, json={"input": ["a", "b"]}, headers=headers).status_code for _ in range(2)]

    assert statuses == [200, 429]


def test_a_session_of_two_sites_does_not_say_which(session, sqlite_store, stub):
    sqlite_store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    browser = session({"demo": "owner", "other": "owner"})
    token = csrf.issue_token(sqlite_store.sealer, browser.get_cookie(SESSION_COOKIE).value)

    answer = browser.post(MODERATIONS, json={"input": "A text."}, headers={csrf.HEADER: token})

    assert (answer.status_code, answer.get_json()["detail"][:23]) == (401, "Send the key of a site;")
