"""Whether an author is asked to put a text more kindly: only where the site wants it, and never by a failure."""

import pytest
from sqlalchemy import func, select

from moderation.form_switches import FormSwitches
from moderation.near_duplicates import Sketch
from moderation.store.tables import checks, comments
from service.classifier import WebClassifier
from tests.builders import a_score, a_site

TONE = "/v1/sites/demo/tone"


class StubScorer:
    """A scorer that gives every text the same score. error: raised instead."""

    version = "test-1"

    def __init__(self, score, error=None):
        self.score, self.error = score, error

    def score_many(self, comments, **how):
        if self.error:
            raise self.error
        return [self.score] * len(comments)


@pytest.fixture
def ask(client, sqlite_store, monkeypatch):
    """The answer about a text: `ask(abuse=0.97)`."""

    def ask(*, spam=0.01, abuse=0.01, error=None, is_on=True, **headers):
        score = a_score(spam, abuse=abuse)
        monkeypatch.setattr(WebClassifier, "_load", lambda self: StubScorer(score, error))
        monkeypatch.setattr(WebClassifier, "sketch_many", lambda self, bodies: [Sketch((), 0) for _ in bodies])
        sqlite_store.write(lambda uow: uow.sites.change(a_site(form=FormSwitches(kinder=is_on))))
        return client.post(TONE, json={"body": "You fool."}, headers=headers)

    return ask


def test_an_author_is_asked_about_what_the_policy_holds_as_abuse(ask):
    assert ask(abuse=0.97).get_json() == {"kinder": True}


@pytest.mark.parametrize("case", [{}, {"spam": 0.999}, {"abuse": 0.97, "is_on": False}])
def test_nobody_is_asked_about_anything_else_or_where_the_site_does_not_ask(ask, case):
    assert ask(**case).get_json() == {"kinder": False}


def test_a_text_that_cannot_be_scored_is_posted(ask):
    answer = ask(abuse=0.97, error=MemoryError())

    assert (answer.status_code, answer.get_json()) == (200, {"kinder": False})


def test_nothing_is_kept_and_no_page_of_another_origin_may_ask(ask, sqlite_store):
    answered, refused = ask(abuse=0.97), ask(abuse=0.97, Origin="https://evil.example")

    assert (answered.status_code, refused.status_code) == (200, 403)
    with sqlite_store.read() as uow:
        kept = [uow.connection.scalar(select(func.count()).select_from(each)) for each in (comments, checks)]
    assert kept == [0, 0]
