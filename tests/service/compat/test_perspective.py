"""Perspective's API: attributes, spans, languages, reports and the shapes of Google's errors."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from models.artifact import SHIPPED, load
from moderation.accounts import Scope
from moderation.errors import CannotScore
from moderation.store.tables import checks
from service.classifier import WebClassifier
from service.compat import perspective
from service.compat.perspective_curve import Curve, curve_of
from service.compat.perspective_request import ATTRIBUTES
from service.compat.perspective_scores import MAX_SPANS, sentences
from tests.builders import StubClassifier, a_score

ANALYZE, SUGGEST = "/v1alpha1/comments:analyze", "/v1alpha1/comments:suggestscore"
LABELS = {"toxic": 0.7, "severe": 0.1, "identity_attack": 0.2, "insult": 0.3, "obscene": 0.4, "threat": 0.5}
SCORE = a_score(spam=0.6, abuse=0.8, labels=LABELS)


@pytest.fixture
def stub(monkeypatch):
    """The classifier of the web process."""
    stub = StubClassifier(SCORE)
    monkeypatch.setattr(WebClassifier, "sketch_many", lambda self, bodies: stub.sketch_many(bodies))
    monkeypatch.setattr(WebClassifier, "score_many", lambda self, comments, **how: stub.score_many(comments, **how))
    return stub


@pytest.fixture
def secret(key):
    """A key for checks of the site `demo`."""
    return key(Scope.CHECK)["Authorization"].removeprefix("Bearer ")


@pytest.fixture
def ask(client, secret, stub):
    """Asks about a text: `ask("Hello.", TOXICITY={})`, with more members `ask("Hello.", {"doNotStore": True})`."""

    def ask(text, more=None, query="", url=ANALYZE, **attributes):
        body = {"comment": {"text": text}, "requestedAttributes": attributes or {"TOXICITY": {}}, **(more or {})}
        return client.post(f"{url}?key={secret}{query}", json=body)

    return ask


def rows(store):
    with store.read() as uow:
        return uow.connection.execute(select(checks)).all()


def values(answer):
    return {name: each["summaryScore"]["value"] for name, each in answer.get_json()["attributeScores"].items()}


def error(answer):
    found = answer.get_json()["error"]
    assert found["code"] == answer.status_code
    return found["status"], found["message"], [each.get("errorType") for each in found.get("details", [])]


def test_each_attribute_has_the_probability_of_its_label(ask):
    answer = ask("A text.", **{name: {} for name in ATTRIBUTES})

    assert values(answer) == {
        "TOXICITY": 0.7,
        "SEVERE_TOXICITY": 0.1,
        "IDENTITY_ATTACK": 0.2,
        "INSULT": 0.3,
        "PROFANITY": 0.4,
        "THREAT": 0.5,
        "SPAM": 0.6,
    }
    toxicity = answer.get_json()["attributeScores"]["TOXICITY"]
    assert toxicity["summaryScore"]["type"] == "PROBABILITY"
    assert toxicity["spanScores"] == [{"begin": 0, "end": 7, "score": {"value": 0.7, "type": "PROBABILITY"}}]
    assert (answer.get_json()["languages"], answer.get_json()["detectedLanguages"]) == (["en"], ["en"])


def test_experimental_names_and_versions_are_the_same_attributes(ask):
    names = {"INSULT_EXPERIMENTAL": {}, "THREAT@2": {}}

    assert values(ask("A text.", {"requestedAttributes": names})) == {"INSULT_EXPERIMENTAL": 0.3, "THREAT@2": 0.5}


def test_scores_below_the_threshold_are_left_out(ask):
    answer = ask("A text.", TOXICITY={"scoreThreshold": 0.7}, SPAM={"scoreThreshold": 0.61}, INSULT=None)

    assert values(answer) == {"TOXICITY": 0.7, "INSULT": 0.3}
    assert "attributeScores" not in ask("A text.", TOXICITY={"scoreThreshold": 0.8}).get_json()


def test_spans_are_sentences_counted_in_utf_16(ask, stub):
    answer = ask("Grüße 👋! Was it you?\nYes.", {"spanAnnotations": True})

    spans = answer.get_json()["attributeScores"]["TOXICITY"]["spanScores"]
    assert [(span["begin"], span["end"]) for span in spans] == [(0, 9), (10, 21), (22, 26)]
    assert [reading.body for reading in stub.seen[1:4]] == ["Grüße 👋!", "Was it you?", "Yes."]


def test_a_point_inside_a_number_or_an_address_ends_no_sentence():
    text = "It has 3.5 stars at example.com. Really?!\n\n好吧。再见！  Yes"

    parts = [text[begin:end] for begin, end in sentences(text)]

    assert parts == ["It has 3.5 stars at example.com.", "Really?!", "好吧。", "再见！", "Yes"]


def test_html_is_read_as_text_and_spans_stand_where_it_was_sent(ask, stub):
    html = "<p>👋 You <b>id</b>iot &amp; fool.</p><p>Bye<br>now</p>"

    answer = ask(html, {"comment": {"text": html, "type": "HTML"}, "spanAnnotations": True})

    assert [reading.body for reading in stub.seen[:2]] == [
        "👋 You idiot & fool.\nBye\nnow\n",
        "👋 You idiot & fool.",
    ]
    spans = answer.get_json()["attributeScores"]["TOXICITY"]["spanScores"]
    units = html.encode("utf-16-le")
    parts = [units[2 * span["begin"] : 2 * span["end"]].decode("utf-16-le") for span in spans]
    assert parts == ["👋 You <b>id</b>iot &amp; fool.", "Bye", "now"]


def test_a_text_of_very_many_sentences_has_a_bounded_number_of_spans():
    text = "No. " * 500

    spans = sentences(text)

    assert len(spans) == MAX_SPANS
    assert (spans[0], spans[-1]) == ((0, 3), (4 * (MAX_SPANS - 1), len(text) - 1))


def test_what_the_client_sends_along_is_told_again(ask):
    answer = ask("A text.", {"clientToken": "42", "sessionId": "1", "communityId": "c", "languages": ["en", "de"]})

    assert (answer.get_json()["clientToken"], answer.get_json()["languages"]) == ("42", ["en", "de"])


def test_a_check_is_kept_unless_the_client_forbids_it(ask, sqlite_store):
    ask("Not to be stored.", {"doNotStore": True})
    ask("To be stored.")

    assert [row.body for row in rows(sqlite_store)] == ["To be stored."]


@pytest.mark.parametrize(
    ("scores", "correction"),
    [
        ({"TOXICITY": 0.9}, "abusive"),
        ({"TOXICITY": 0.1}, "fine"),
        ({"SPAM": 0.9, "INSULT": 0.1}, "spam"),
        ({"SPAM": 0.1}, "ham"),
        ({"INSULT": 0.1}, ""),
        ({"INSULT": 0.1, "THREAT_EXPERIMENTAL": 0.5}, "abusive"),
    ],
)
def test_a_suggested_score_corrects_the_check_of_its_text(ask, sqlite_store, scores, correction):
    ask("A text.")
    given = {name: {"summaryScore": {"value": value}} for name, value in scores.items()}

    answer = ask("A text.", {"attributeScores": given, "clientToken": "7"}, url=SUGGEST)

    assert answer.get_json() == {"clientToken": "7"}
    assert [row.correction for row in rows(sqlite_store)] == [correction]


def test_suggested_scores_of_parts_are_accepted_and_change_nothing(ask, sqlite_store):
    ask("A text.")
    part = {"begin": 0, "end": 1, "score": {"value": 1}}

    answer = ask("A text.", {"attributeScores": {"TOXICITY": {"spanScores": [part]}}}, url=SUGGEST)
    refused = ask("A text.", {"attributeScores": {"TOXICITY": {}}}, url=SUGGEST)

    assert (answer.status_code, refused.status_code) == (200, 400)
    assert [row.correction for row in rows(sqlite_store)] == [""]


def test_a_text_that_is_sent_again_has_the_same_scores_and_is_kept_once(ask, stub, sqlite_store):
    answers = [ask("A text.", SPAM={}).get_json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert {reading.near_copies for reading in stub.seen} == {0}
    assert len(rows(sqlite_store)) == 1


def test_a_suggested_score_for_a_new_text_is_kept_with_it(ask, sqlite_store):
    ask("A new text.", {"attributeScores": {"TOXICITY": {"summaryScore": {"value": 1}}}}, url=SUGGEST)

    assert [(row.body, row.correction) for row in rows(sqlite_store)] == [("A new text.", "abusive")]


@pytest.mark.parametrize(
    ("text", "more", "message", "kind"),
    [
        ("", {}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        (" \n", {}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        (7, {}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        ("x" * 65_526, {}, "Comment text too long.", "COMMENT_TOO_LONG"),
        ("A.", {"requestedAttributes": {}}, "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
        ("A.", {"requestedAttributes": {"FUN": {}}}, "Unknown requested attribute: FUN", "INVALID_REQUEST"),
        (
            "A.",
            {"requestedAttributes": {"FLIRTATION": {}}},
            "Unknown requested attribute: FLIRTATION",
            "INVALID_REQUEST",
        ),
        (
            "A.",
            {"requestedAttributes": {"THREAT": {"scoreType": "RAW"}}},
            "Requested score type RAW is not supported by attribute THREAT",
            "INVALID_REQUEST",
        ),
        (
            "A.",
            {"requestedAttributes": {"THREAT": {"scoreThreshold": "high"}}},
            "scoreThreshold of THREAT must be a number.",
            "INVALID_REQUEST",
        ),
        ("A.", {"languages": "en"}, "languages must be a list of strings.", "INVALID_REQUEST"),
        ("A.", {"comment": {"text": "<p>\n</p>", "type": "HTML"}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        (
            "A.",
            {"context": {"entries": [{"text": "B."}], "articleAndParentComment": {"article": {"text": "C."}}}},
            "Context can have either entries or article_and_parent_comment, but both fields were populated.",
            "INVALID_REQUEST",
        ),
        ("A.", {"clientToken": 7}, "clientToken must be a string.", "INVALID_REQUEST"),
        (
            "A.",
            {"comment": {"text": "A.", "type": "MARKDOWN"}},
            "Unknown text type",
            "INVALID_REQUEST",
        ),
    ],
)
def test_what_perspective_refuses_is_refused_in_its_words(ask, sqlite_store, text, more, message, kind):
    answer = ask(text, more)

    assert (answer.status_code, error(answer)) == (400, ("INVALID_ARGUMENT", message, [kind]))
    assert rows(sqlite_store) == []


def test_a_language_for_which_the_model_was_not_trained_is_refused_and_nothing_is_kept(ask, stub, sqlite_store):
    stub.given = replace(SCORE, language="om")

    detected, named = ask("Akkam jirta?"), ask("Akkam jirta?", {"languages": ["en", "om"]})

    for answer, about, shown in ((detected, "detectedLanguages", "om"), (named, "requestedLanguages", "en, om")):
        status, message, [kind] = error(answer)
        assert (status, kind) == ("INVALID_ARGUMENT", "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE")
        assert message == f"Attribute TOXICITY does not support request languages: {shown}"
        [detail] = answer.get_json()["error"]["details"]
        languages = shown.split(", ")
        assert detail["languageNotSupportedByAttributeError"] == {about: languages, "attribute": "TOXICITY"}
    assert rows(sqlite_store) == []


def test_a_client_may_name_the_language_or_do_without_the_attributes(ask, stub):
    stub.given = replace(SCORE, language="om")

    named = ask("Akkam jirta?", {"languages": ["en-US"]})
    dropped = ask("Akkam jirta?", {"dropUnsupportedAttributes": True})

    assert (values(named), named.get_json()["languages"]) == ({"TOXICITY": 0.7}, ["en-US"])
    assert dropped.get_json() == {"languages": ["om"], "detectedLanguages": ["om"]}


def test_a_word_whose_language_nobody_can_tell_is_scored(ask, stub):
    stub.given = replace(SCORE, language="und", confidence=0.1)

    assert values(ask("Idiot")) == {"TOXICITY": 0.7}


def test_the_body_is_read_whatever_its_type(client, stub, secret):
    body = '{"comment": {"text": "A text."}, "requestedAttributes": {"TOXICITY": {}}}'

    for kind in ("text/plain;charset=UTF-8", "application/x-www-form-urlencoded", None):
        assert client.post(f"{ANALYZE}?key={secret}", data=body, content_type=kind).status_code == 200


def test_the_key_may_be_in_the_query_or_in_a_header(client, stub, secret):
    body = {"comment": {"text": "A text."}, "requestedAttributes": {"TOXICITY": {}}}

    for headers in ({"X-Goog-Api-Key": secret}, {"Authorization": f"Bearer {secret}"}):
        assert client.post(ANALYZE, json=body, headers=headers).status_code == 200
    missing, wrong = client.post(ANALYZE, json=body), client.post(f"{ANALYZE}?key=wrong", json=body)

    assert (missing.status_code, error(missing)[0]) == (403, "PERMISSION_DENIED")
    assert (wrong.status_code, error(wrong)[1]) == (400, "API key not valid. Please pass a valid API key.")


def test_a_text_that_cannot_be_scored_is_unavailable(ask, monkeypatch):
    def fail(self, comments, **how):
        raise CannotScore(retry_after_s=30)

    monkeypatch.setattr(WebClassifier, "score_many", fail)

    answer = ask("A text.")

    assert (answer.status_code, error(answer)[0], answer.headers["Retry-After"]) == (503, "UNAVAILABLE", "30")
    assert answer.get_json()["error"]["details"][0]["retryDelay"] == "30s"


def test_a_key_over_its_limit_is_told_when_to_ask_again(limited, stub, secret):
    client = limited(limit_checks="3/minute")
    body = {"comment": {"text": "One. Two."}, "requestedAttributes": {"TOXICITY": {}}}

    spans = client.post(f"{ANALYZE}?key={secret}", json={**body, "spanAnnotations": True})
    more = client.post(f"{ANALYZE}?key={secret}", json=body)

    assert (spans.status_code, more.status_code, error(more)[0]) == (200, 429, "RESOURCE_EXHAUSTED")
    [detail] = more.get_json()["error"]["details"]
    assert detail["retryDelay"] == f"{more.headers['Retry-After']}s"


def test_a_body_that_is_no_json_is_an_invalid_argument(client, stub, secret):
    answer = client.post(f"{ANALYZE}?key={secret}", data="{", content_type="application/json")

    assert (answer.status_code, error(answer)[0]) == (400, "INVALID_ARGUMENT")


def test_thresholds_are_carried_over_by_the_curve_of_the_model(ask, monkeypatch):
    curve = Curve("test-1", "TOXICITY", (0.0, 0.6, 0.8, 1.0), (0.0, 0.8, 0.9, 1.0))
    monkeypatch.setattr(perspective, "curve_of", lambda path: curve)

    assert values(ask("A text.", TOXICITY={}, TOXICITY_EXPERIMENTAL={}, INSULT={})) == pytest.approx(
        {"TOXICITY": 0.85, "TOXICITY_EXPERIMENTAL": 0.85, "INSULT": 0.3}
    )
    assert values(ask("A text.", query="&calibration=probability")) == {"TOXICITY": 0.7}
    monkeypatch.setattr(perspective, "curve_of", lambda path: replace(curve, model="another"))
    assert values(ask("A text.")) == {"TOXICITY": 0.7}


@pytest.mark.parametrize(("model", "value"), [("test-1+use.1", 0.85), ("test-10", 0.7)])
def test_a_model_with_the_encoder_keeps_its_curve(ask, stub, monkeypatch, model, value):
    curve = Curve("test-1", "TOXICITY", (0.0, 0.6, 0.8, 1.0), (0.0, 0.8, 0.9, 1.0))
    monkeypatch.setattr(perspective, "curve_of", lambda path: curve)
    stub.given = replace(SCORE, model=model)

    assert values(ask("A text.")) == pytest.approx({"TOXICITY": value})


def test_the_curve_is_of_the_shipped_model_and_rises_from_zero_to_one():
    curve = curve_of(None)

    assert curve.model == load(SHIPPED).version
    assert (curve.at(0.0), curve.at(1.0)) == (0.0, 1.0)
    assert list(curve.ours) == sorted(set(curve.ours)) and list(curve.theirs) == sorted(curve.theirs)
    steps = [curve.at(n / 500) for n in range(501)]
    assert steps == sorted(steps)


def test_a_model_without_a_curve_has_none(tmp_path):
    assert curve_of(tmp_path) is None


def test_clients_learn_the_methods_from_the_description(client):
    described = client.get("/$discovery/rest?version=v1alpha1").get_json()

    assert described["rootUrl"] == "http://localhost:8080/"
    methods = described["resources"]["comments"]["methods"]
    assert {method["path"] for method in methods.values()} == {ANALYZE[1:], SUGGEST[1:]}


def test_every_attribute_is_on_its_page():
    page = (Path(__file__).parents[3] / "docs" / "perspective.md").read_text("utf-8")

    assert [name for name in ATTRIBUTES if f"| `{name}` |" not in page] == []
