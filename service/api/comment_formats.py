"""A thread's comments for builds, servers and feed readers: HTML, Markdown and Atom."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import Response, json, request, url_for

from moderation.comment import ThreadRef
from moderation.conversation import Place
from moderation.site import Site
from moderation.store import UnitOfWork
from moderation.store.published import LatestComment
from moderation.thread_key import normal_key
from service.api.thread_paging import ThreadSlice, asked_slice
from service.formats.atom import Entry, Feed, atom
from service.formats.html import html
from service.formats.markdown import markdown
from service.formats.thread_page import ThreadPage, page_of
from service.http.cors import readable_by_any_page
from service.http.language import LANG, _, translator
from service.http.publishing import publish
from service.http.request_parsing import load_query
from service.resources import resources
from service.schemas.threads import FEED_QUERY
from service.submissions.plain_form import back_url, form_url, reply_url, report_url


@readable_by_any_page
def show_thread_as_html(site_id: str, key: str) -> Response:
    """Read a page's approved comments as HTML, ready to be put into the page. Without comments it has no list.

    It is safe to include in a page, also through a template language: braces are written as entities.
    """
    site = resources().sites.get(site_id)
    with resources().store.read() as uow:
        part = asked_slice(uow, site, key, at=resources().now())
        thread = ThreadRef(part.thread.key, part.thread.url, part.thread.title)
        answer = None if part.is_closed else (lambda comment_id: _absolute(reply_url(site, thread, comment_id)))
        return _in_pages(
            site,
            part,
            "text/html",
            lambda: html(_page(uow, part, site), answer, lambda id: _absolute(report_url(site, id))),
        )


@readable_by_any_page
def show_thread_as_markdown(site_id: str, key: str) -> Response:
    """Read a page's approved comments as Markdown, for a static site generator. Names and texts stay text.

    Every mark with a meaning in Markdown, HTML, front matter or a template language is written as an entity.
    """
    site = resources().sites.get(site_id)
    with resources().store.read() as uow:
        part = asked_slice(uow, site, key, at=resources().now())
        return _in_pages(site, part, "text/markdown", lambda: markdown(_page(uow, part, site)))


@readable_by_any_page
def show_thread_as_atom(site_id: str, key: str) -> Response:
    """Read a page's latest approved comments as an Atom feed, latest first."""
    site, limit = resources().sites.get(site_id), load_query(FEED_QUERY)["limit"]
    with resources().store.read() as uow:
        thread = uow.threads.find(site.id, normal_key(key))
        latest = uow.published.latest(site.id, thread_id=thread.id, limit=limit) if thread else []
        about = ThreadRef(thread.key, thread.url, thread.title) if thread else ThreadRef(key)
        return _feed(uow, site, latest, limit, name=thread.id if thread else f"{site.id}/{key}", about=about)


@readable_by_any_page
def show_site_as_atom(site_id: str) -> Response:
    """Read a site's latest approved comments as an Atom feed, latest first."""
    site, limit = resources().sites.get(site_id), load_query(FEED_QUERY)["limit"]
    with resources().store.read() as uow:
        return _feed(uow, site, uow.published.latest(site.id, limit=limit), limit, name=site.id)


def _page(uow: UnitOfWork, part: ThreadSlice, site: Site) -> ThreadPage:
    if not part.thread.id:
        return ThreadPage()
    return page_of(uow, part.places, part.outline.places, is_closed=part.is_closed, is_rich=site.form.markdown)


def _in_pages(site: Site, part: ThreadSlice, mimetype: str, render: Callable[[], str]) -> Response:
    """One page of a thread in the reader's language, with a link to the next one."""
    language, thread = translator().language, part.thread
    about = _digest([thread.url, thread.title, site.form.markdown]).hex()[:8]  # they are shown, and have no version
    response = publish(
        lambda: render().encode(),
        tag=f"{part.tag}.{about}.{language}",
        mimetype=mimetype,
        kept_as=part.kept_as and (*part.kept_as, about, language),
        version=thread.version,
    )
    if part.next_cursor:
        address = _own_url(limit=str(part.limit), cursor=part.next_cursor)
        response.headers["Link"] = f'<{address}>; rel="next"'
    return response


def _feed(
    uow: UnitOfWork,
    site: Site,
    latest: Sequence[LatestComment],
    limit: int,
    *,
    name: str,
    about: ThreadRef | None = None,
) -> Response:
    """The feed of these comments. about: the thread that it is about, None for the whole site."""
    language, url = translator().language, _own_url(limit=str(limit))
    shown = [(each.id, each.version, each.thread.key, each.thread.url, each.thread.title) for each in latest]
    digest = _digest([site.name, about and [about.key, about.url, about.title], shown, language, site.form.markdown])

    def render() -> bytes:
        threads = {each.id: each.thread for each in latest}
        comments = uow.threads.public_comments(Place(each.id) for each in latest)
        feed = Feed(
            host=urlsplit(url).hostname or "localhost",
            name=name,
            title=_("Comments on %(title)s", title=_title(about) if about else site.name),
            url=url,
            page_url=_page_url(site, about) if about else next(iter(site.origins), ""),
            entries=[
                Entry(each, _title(threads[each.id]), _page_url(site, threads[each.id]), site.form.markdown)
                for each in comments
            ],
        )
        return atom(feed)

    return publish(
        render,
        tag=digest.hex()[:24],
        mimetype="application/atom+xml",
        kept_as=(name, limit, language),
        version=int.from_bytes(digest[:8]),
    )


def _digest(content: Any) -> bytes:
    return hashlib.sha256(json.dumps(content).encode()).digest()


def _title(thread: ThreadRef) -> str:
    return thread.title or thread.key


def _page_url(site: Site, thread: ThreadRef) -> str:
    """The site's own page with the thread, else Rejoinder's."""
    return back_url(site, thread.url) or resources().settings.public_origin + form_url(site, thread)


def _absolute(path: str) -> str:
    return resources().settings.public_origin + path


def _own_url(**query: str) -> str:
    """The address of this view with another query, in the language that the URL asked for."""
    values: dict[str, Any] = {**(request.view_args or {}), **query}
    if LANG in request.args:
        values[LANG] = translator().language
    path = url_for(request.endpoint or "", **values)
    return resources().settings.public_origin + path
