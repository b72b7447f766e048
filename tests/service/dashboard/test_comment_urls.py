"""The addresses of comments on a list: as Flask makes them, and made once for all cards."""

import flask
import pytest

from service.dashboard.comment_urls import comment_urls
from tests.builders import NOON, a_submission, received, settled


def waiting(store, number):
    submission = a_submission(f"Number {number}.", email=f"reader{number}@reader.example")
    return settled(store, received(store, submission, at=NOON), at=NOON)


@pytest.mark.parametrize(
    "args", [{}, {"text": "sale & more", "order": "oldest"}, {"author": "~comment~", "revision": 2}]
)
def test_an_address_is_the_one_that_flask_makes(app, args):
    with app.test_request_context():
        comment_url = comment_urls()

        made = [comment_url("show_author", each, args) for each in ("cmt_1", "cmt_2")]

        assert made == [
            flask.url_for("dashboard.show_author", comment_id=each, **args) for each in ("cmt_1", "cmt_2")
        ]


def test_a_long_list_makes_no_more_addresses_than_a_short_one(signed_in, sqlite_store, monkeypatch):
    mina, made = signed_in(), []
    real = flask.Flask.url_for
    monkeypatch.setattr(flask.Flask, "url_for", lambda *args, **values: made.append(1) or real(*args, **values))
    waiting(sqlite_store, 0)
    mina.get("/dashboard/?order=oldest")
    short = len(made)
    for number in range(1, 10):
        waiting(sqlite_store, number)
    made.clear()

    page = mina.get("/dashboard/?order=oldest").text

    assert page.count('class="card ') == 10
    assert len(made) <= short + 1
