"""Threads: what the public reads of them, the token of their form, and closing them."""

import base64
import re
from typing import Any

from flask import Response, json, jsonify, request

from moderation import site_admin
from moderation.comment import PublicComment, Thread
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from moderation.traps import issue_token
from service.auth.actors import actor
from service.caches.threads import Outline, RenderedPage
from service.http.cors import readable_by_any_page
from service.http.request_parsing import load_json, load_query
from service.rate_limits.reads import count_read
from service.resources import resources
from service.schemas.fields import stamp
from service.schemas.submission import MAX_KEY
from service.schemas.threads import FORM_QUERY, THREAD, THREAD_CHANGE, THREAD_QUERY
from service.submissions.outlines import outline_of
from service.submissions.redirects import lies_on

_NOBODY_WROTE = Outline(version=0)
_IS_CURSOR = re.compile(r"(\d{1,9})\.(cmt_[0-9a-f]{1,60})").fullmatch


@readable_by_any_page
def list_thread(site_id: str, key: str) -> Response:
    """Read a page's approved comments, each reply after what it answers. A page without comments has an empty list.

    Send the ETag back as If-None-Match: while nothing changed the answer is an empty 304.
    """
    site, asked = resources().sites.get(site_id), load_query(THREAD_QUERY)
    last_id, depth = _read_cursor(asked["cursor"])
    with resources().store.read() as uow:
        thread = uow.threads.find(site.id, _checked_key(key))
        outline = outline_of(uow, thread) if thread else _NOBODY_WROTE
        start = outline.place_after(uow.threads.path_to(last_id, depth=depth)) if last_id else 0
        tag = _etag(thread, start, asked["limit"])
        if request.if_none_match.contains_weak(tag):
            return _fresh(Response(status=304), tag)
        items = _rendered(uow, thread, outline, start, asked["limit"]) if thread else b""
    shown = thread or Thread("", site.id, key)
    body = _page_of(outline, items, start, asked["limit"], is_closed=bool(shown.closed_at), key=shown.key)
    return _fresh(Response(body, mimetype="application/json"), tag)


@readable_by_any_page
def give_form_token(site_id: str) -> Response:
    """Get the signed token of the form: when it was opened, and for which page."""
    site, asked = resources().sites.get(site_id), load_query(FORM_QUERY)
    secret = resources().store.sealer.form_secret
    token = issue_token(secret, site_id=site.id, thread_key=asked["thread"], at=resources().now())
    return jsonify(token=token)


def change_thread(site_id: str, key: str) -> dict[str, Any]:
    """Close a page's comments or open them again; correct its address or title; give its thread another key.

    A page without comments can be closed or described too, but has no thread yet that could get another key.
    """
    values, checked = load_json(THREAD_CHANGE), _checked_key(key)
    signed: dict[str, Any] = {"by_id": actor().id, "at": resources().now()}
    url, title = _own_url(site_id, values.get("url", "")), values.get("title", "")

    def change(uow: UnitOfWork) -> Thread:
        if "closed" in values:
            site_admin.close_thread(uow, site_id, checked, is_closed=values["closed"], **signed)
        if url or title:
            site_admin.describe_thread(uow, site_id, checked, url=url, title=title, **signed)
        if "key" in values:
            return site_admin.move_thread(uow, site_id, checked, values["key"], **signed)
        return uow.threads.get(site_id, checked)

    changed: dict[str, Any] = THREAD.dump(resources().store.write(change))
    return changed


def _own_url(site_id: str, url: str) -> str:
    if url and not lies_on(resources().sites.get(site_id), url):
        raise Invalid("url", Message(N_("this is not on an origin of the site; give the page's own address.")))
    return url


def _checked_key(key: str) -> str:
    if len(key) > MAX_KEY:
        raise Invalid(
            "key",
            Message(
                N_("a thread's key has at most %(most)s characters; this one has %(count)s."),
                {"most": MAX_KEY, "count": len(key)},
            ),
        )
    return key


def _rendered(uow: UnitOfWork, thread: Thread, outline: Outline, start: int, limit: int) -> bytes:
    """One page of comments as the inside of a JSON list, rendered once for each change of the thread."""

    def render() -> RenderedPage:
        count_read()
        shown = uow.threads.public_comments(outline.places[start : start + limit])
        return RenderedPage(thread.version, b",".join(map(_item, shown)))

    return resources().thread_pages.get((thread.id, start, limit), thread.version, render).body


def _item(comment: PublicComment) -> bytes:
    item = {
        "id": comment.id,
        "name": comment.name,
        "website": comment.website,
        "body": comment.body,
        "at": stamp(comment.at),
        "parent": comment.parent,
        "depth": comment.depth,
    }
    return json.dumps(item).encode()


def _page_of(outline: Outline, items: bytes, start: int, limit: int, *, is_closed: bool, key: str) -> bytes:
    places = outline.places
    end = min(start + limit, len(places))
    rest = {
        "count": len(places),
        "next": None if end >= len(places) else _cursor_of(places[end - 1].id, places[end - 1].depth),
        "closed": is_closed,
        "key": key,
    }
    return b'{"comments":[' + items + b"]," + json.dumps(rest).encode()[1:]


def _fresh(response: Response, tag: str) -> Response:
    """Caches may keep it but must revalidate: a comment that a moderator unpublishes disappears at once."""
    response.headers["Cache-Control"] = "public, no-cache"
    response.set_etag(tag)
    return response


def _etag(thread: Thread | None, start: int, limit: int) -> str:
    if thread is None:
        return "none"
    return f"{thread.id}.{thread.version}.{start}.{limit}"


def _cursor_of(comment_id: str, depth: int) -> str:
    return base64.urlsafe_b64encode(f"{depth}.{comment_id}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, int]:
    """The last comment of the page before, and how deep it stood. It may have gone or moved since."""
    if not cursor:
        return "", 0
    try:
        found = _IS_CURSOR(base64.urlsafe_b64decode(cursor.encode()).decode())
    except ValueError:
        found = None
    if not found:
        raise Invalid("cursor", Message(N_("this is not a valid cursor; leave it out to begin at the first page.")))
    return found[2], int(found[1])
