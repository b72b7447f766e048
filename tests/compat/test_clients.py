"""Clients that other people wrote for Akismet, Perspective and OpenAI, pinned, work with Rejoinder unchanged."""

import pytest
from sqlalchemy import select

from moderation.store.tables import checks

pytestmark = pytest.mark.slow


def corrections(stack):
    with stack.store.read() as uow:
        return sorted(uow.connection.scalars(select(checks.c.correction).where(checks.c.correction != "")))


def test_akismet_from_pypi(stack, akismet_key, call_python):
    said = call_python("akismet.txt", "akismet_client.py", akismet_key)

    usage = said.pop("usage")
    assert said == {
        "right key": True,
        "wrong key": False,
        "ham": "HAM",
        "test author": "SPAM",
        "administrator": "HAM",
        "blatant": "DISCARD",
        "spam submitted": True,
        "ham submitted": True,
        "refused": "APIKeyError",
    }
    assert (usage["limit"], usage["usage"]) == ("none", 3)
    assert corrections(stack) == ["ham", "spam"]


def test_python_akismet_from_pypi(stack, akismet_key, call_python):
    said = call_python("python-akismet.txt", "python_akismet_client.py", akismet_key)

    assert said == {
        "ham": "Ham",
        "test author": "ProbableSpam",
        "blatant": "DefiniteSpam",
        "spam submitted": None,
    }
    assert corrections(stack) == ["spam"]


def test_openai_from_pypi(stack, bearer, call_python):
    said = call_python("openai.txt", "openai_client.py", bearer)

    [insult] = said["one"]
    assert insult["flagged"] and insult["categories"]["harassment"]
    assert not insult["categories"]["self-harm/intent"] and insult["category_scores"]["sexual/minors"] == 0
    assert [result["flagged"] for result in said["two"]] == [False, True]
    assert [result["flagged"] for result in said["parts"]] == [False]
    assert said["refused"] == 401


def test_google_api_python_client_from_pypi(stack, bearer, call_python):
    said = call_python("google-api-python-client.txt", "google_client.py", bearer)

    assert said["insult"] > 0.5 > said["thanks"]
    assert said["spans"] == [[0, 10], [11, 34]]
    assert said["suggested"] == {"clientToken": "42"}
    assert said["refused"] == [400, "Unknown requested attribute: FUN"]
    assert corrections(stack) == ["fine"]


def test_clients_for_node(stack, akismet_key, bearer, call_node):
    said = call_node("clients.mjs", akismet_key, bearer)

    assert said == {
        "googleapis-common": [True, 400, "Comment must be non-empty."],
        "perspective-api-client": [
            ["TOXICITY", "INSULT"],
            True,
            "API key not valid. Please pass a valid API key.",
        ],
        "akismet-api": {"right key": True, "ham": False, "test author": True, "honeypot": True},
        "@cedx/akismet": {
            "right key": True,
            "wrong key": False,
            "ham": "ham",
            "test author": "spam",
            "blatant": "pervasiveSpam",
        },
        "openai": [True, False],
    }
    assert corrections(stack) == ["ham", "spam"]
