"""Request bodies with valid defaults: a test names only what matters to it."""

from typing import Any

BLOG = "https://blog.example"
COMMENTS = "/v1/sites/demo/comments"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Origin": BLOG}


def a_body(**changes: Any) -> dict[str, Any]:
    """A comment as JSON. None leaves a field out; thread may be only its key."""
    if isinstance(changes.get("thread"), str):
        changes["thread"] = {"key": changes["thread"]}
    body = {
        "name": "Rita Reader",
        "email": "rita@reader.example",
        "body": "A kind word about your bread recipe.",
        "thread": {"key": "a-page"},
        **changes,
    }
    return {name: value for name, value in body.items() if value is not None}


def a_form(**changes: str | None) -> dict[str, str]:
    """The same as a form. None leaves a field out."""
    form = {
        "name": "Rita Reader",
        "email": "rita@reader.example",
        "body": "A kind word about your bread recipe.",
        "thread_key": "a-page",
        **changes,
    }
    return {name: value for name, value in form.items() if value is not None}


def a_wordpress_form(**changes: str) -> dict[str, str]:
    """The same under the names of WordPress' form."""
    return {
        "author": "Rita Reader",
        "email": "rita@reader.example",
        "url": "https://reader.example",
        "comment": "A kind word about your bread recipe.",
        "comment_post_ID": "42",
        "comment_parent": "0",
        "submit": "Post Comment",
        **changes,
    }


def wrong_fields(answer: Any) -> dict[str, str]:
    """Each wrong field of a problem, with what is wrong."""
    return {each["field"]: each["problem"] for each in answer.get_json()["errors"]}
