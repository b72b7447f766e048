"""Many threads at once, for lists of pages and for builds: how many comments each has, and what changed."""

from flask import Response, json

from moderation.thread_key import normal_key
from service.http.cors import readable_by_any_page
from service.http.publishing import publish_body
from service.http.request_parsing import load_query
from service.rate_limits.reads import count_read
from service.resources import resources
from service.schemas.threads import COUNT_QUERY, COUNTS, THREAD_LIST, THREADS_QUERY

_JSON = "application/json"


@readable_by_any_page
def count_comments(site_id: str) -> Response:
    """Count the approved comments of up to 100 pages. A page without comments, or that nobody knows, has 0."""
    site, keys = resources().sites.get(site_id), load_query(COUNT_QUERY, repeated="key")
    count_read()
    with resources().store.read() as uow:
        found = uow.published.counts(site.id, {normal_key(key) for key in keys})
    counts = COUNTS.dump({"counts": {key: found.get(normal_key(key), 0) for key in keys}})
    return publish_body(json.dumps(counts).encode(), mimetype=_JSON)


@readable_by_any_page
def list_threads(site_id: str) -> Response:
    """List the pages with approved comments, by their last change, the latest last.

    A build that fetches only what is new asks with the largest `changed_at` of the last time, less a minute for what
    was being written then. Threads that lost all their comments are then listed too, with a count of 0.
    """
    site, asked = resources().sites.get(site_id), load_query(THREADS_QUERY)
    count_read()
    with resources().store.read() as uow:
        threads, cursor = uow.published.threads(
            site,
            since=asked["changed_since"],
            cursor=asked["cursor"],
            limit=asked["limit"],
            at=resources().now(),
        )
    listed = THREAD_LIST.dump({"threads": threads, "next": cursor or None})
    return publish_body(json.dumps(listed).encode(), mimetype=_JSON)
