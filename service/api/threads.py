"""Threads: what the public reads of them, the token of their form, and closing them."""

from dataclasses import asdict
from typing import Any

from flask import Response, json, jsonify, request

from moderation import site_admin
from moderation.closing import closes_at
from moderation.comment import PublicComment, Thread
from moderation.errors import Invalid, NotFound
from moderation.messages import N_, Message
from moderation.privacy import network_of
from moderation.proof_of_work import make_challenge
from moderation.store import UnitOfWork
from moderation.thread_key import MAX_KEY, normal_key
from moderation.traps import issue_token
from moderation.unicode_text import is_blank
from service.api.thread_paging import ThreadSlice, asked_slice
from service.auth.actors import actor
from service.formats.rich_text import as_json, rich_text
from service.http.cors import check_origin, open_to_site_pages, readable_by_any_page
from service.http.publishing import publish
from service.http.request_parsing import load_json, load_query
from service.rate_limits.reads import count_read
from service.resources import resources
from service.schemas.answers import stamp
from service.schemas.threads import FORM_QUERY, PREVIEW, PREVIEWED, THREAD, THREAD_CHANGE, TONE
from service.submissions.form_parts import asks_for_proof, form_parts
from service.submissions.redirects import lies_on
from service.submissions.tone import should_be_kinder


@readable_by_any_page
def list_thread(site_id: str, key: str) -> Response:
    """Read a page's approved comments, each reply after what it answers. A page without comments has an empty list.

    Send the ETag back as If-None-Match: while nothing changed the answer is an empty 304.
    """
    site = resources().sites.get(site_id)
    with resources().store.read() as uow:
        part = asked_slice(uow, site, key, at=resources().now())
        return publish(
            lambda: _body(uow, part, is_rich=site.form.markdown),
            tag=f"{part.tag}.md" if site.form.markdown else part.tag,
            mimetype="application/json",
            kept_as=part.kept_as and (*part.kept_as, site.form.markdown),
            version=part.thread.version,
        )


@readable_by_any_page
def give_form_token(site_id: str) -> Response:
    """Get the signed token of the form: when it was opened, and for which page."""
    site, asked = resources().sites.get(site_id), load_query(FORM_QUERY)
    secret = resources().store.sealer.form_secret
    token = issue_token(secret, site_id=site.id, thread_key=asked["thread"], at=resources().now())
    parts = form_parts(site, with_proof=asks_for_proof(resources(), site))
    return jsonify(token=token, mail=resources().settings.smtp is not None, parts=parts)


@readable_by_any_page
def give_challenge(site_id: str) -> Response:
    """Get a challenge of altcha for a proof of work; its solution goes into the field `altcha` of a comment.

    Only a site whose form has the switch `proof` gives one. A comment needs it only during a flood.
    """
    site = resources().sites.get(site_id)
    if not site.form.proof:
        raise NotFound("challenge", site_id)
    count_read()
    return jsonify(make_challenge(resources().store.sealer, site.id, at=resources().now()))


@open_to_site_pages
def preview_text(site_id: str) -> dict[str, Any]:
    """See how a text would look as a comment of the site. Nothing is kept of it."""
    site = resources().sites.get(site_id)
    check_origin(site)
    count_read()
    tree = rich_text(load_json(PREVIEW)["body"], is_rich=site.form.markdown)
    answer: dict[str, Any] = PREVIEWED.dump({"rich": tree and as_json(tree)})
    return answer


@open_to_site_pages
def judge_tone(site_id: str) -> dict[str, Any]:
    """Learn whether the author of a text should be asked to put it more kindly. Nothing is kept; no score is shown.

    The answer is no where the site does not ask, and where the text cannot be scored.
    """
    site = resources().sites.get(site_id)
    check_origin(site)
    body = load_json(PREVIEW)["body"]
    size = len(body.encode("utf-8", "replace"))
    resources().limiter.admit_text(site_id, network_of(request.remote_addr or ""), size=size)
    answer: dict[str, Any] = TONE.dump({"kinder": should_be_kinder(resources(), site, body)})
    return answer


def change_thread(site_id: str, key: str) -> dict[str, Any]:
    """Close a page's comments or open them again; correct its address or title; give its thread another key.

    A page without comments can be closed or described too, but has no thread yet that could get another key.
    """
    values, checked = load_json(THREAD_CHANGE), normal_key(key)
    if is_blank(checked):
        raise Invalid("key", Message(N_("give a key of 1 to %(most)s printable characters."), {"most": MAX_KEY}))
    signed: dict[str, Any] = {"by_id": actor().id, "at": resources().now()}
    url, title = _own_url(site_id, values.get("url", "")), values.get("title", "")

    def change(uow: UnitOfWork) -> Thread:
        if "closed" in values:
            site_admin.close_thread(uow, site_id, checked, is_closed=values["closed"], **signed)
        if "kept_open" in values:
            site_admin.keep_open(uow, site_id, checked, is_kept=values["kept_open"], **signed)
        if url or title:
            site_admin.describe_thread(uow, site_id, checked, url=url, title=title, **signed)
        if "key" in values:
            return site_admin.move_thread(uow, site_id, checked, values["key"], **signed)
        return uow.threads.get(site_id, checked)

    def changed_thread(uow: UnitOfWork) -> dict[str, Any]:
        thread = change(uow)
        return {**asdict(thread), "closes_at": closes_at(thread, uow.sites.get(site_id).policy)}

    changed: dict[str, Any] = THREAD.dump(resources().store.write(changed_thread))
    return changed


def _own_url(site_id: str, url: str) -> str:
    if url and not lies_on(resources().sites.get(site_id), url):
        raise Invalid("url", Message(N_("this is not on an origin of the site; give the page's own address.")))
    return url


def _body(uow: UnitOfWork, part: ThreadSlice, *, is_rich: bool) -> bytes:
    comments = uow.threads.public_comments(part.places)
    names = {comment.id: comment.name for comment in comments}
    elsewhere = {comment.parent for comment in comments} - names.keys()
    if parents := [place for place in part.ordered if place.id in elsewhere]:
        names |= {parent.id: parent.name for parent in uow.threads.public_comments(parents)}
    body = {
        "comments": [_item(comment, names.get(comment.parent, ""), is_rich=is_rich) for comment in comments],
        "count": part.outline.count,
        "next": part.next_cursor,
        "page": part.page,
        "pages": part.pages,
        "closed": part.is_closed,
        "key": part.thread.key,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _item(comment: PublicComment, reply_to: str, *, is_rich: bool) -> dict[str, Any]:
    tree = rich_text(comment.body, is_rich=is_rich)
    return {
        "id": comment.id,
        "name": comment.name,
        "website": comment.website,
        "body": comment.body,
        "rich": tree and as_json(tree),
        "at": stamp(comment.at),
        "parent": comment.parent,
        "reply_to": reply_to,
        "depth": comment.depth,
        "withdrawn": comment.is_withdrawn,
        "by_site": comment.by_site,
    }
