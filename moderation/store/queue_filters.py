"""The filters of a search that ask each comment: scores, days, senders, links, and who decided."""

from sqlalchemy import or_, select
from sqlalchemy.sql import ColumnElement

from moderation.queue import Search
from moderation.store.tables import comments, decisions, scores


def received_within(search: Search) -> list[ColumnElement[bool]]:
    """When it was received, which the index of the queue serves."""
    since = [comments.c.received_at >= search.since] if search.since else []
    return [*since, comments.c.received_at < search.until] if search.until else since


def details(search: Search) -> list[ColumnElement[bool]]:
    """Filters that no index serves."""
    bounds = (
        (search.spam_from, comments.c.spam.__ge__),
        (search.spam_to, comments.c.spam.__le__),
        (search.abuse_from, comments.c.abuse.__ge__),
        (search.abuse_to, comments.c.abuse.__le__),
    )
    filters: list[ColumnElement[bool]] = [compare(bound) for bound, compare in bounds if bound is not None]
    if search.network:
        filters.append(comments.c.masked_address == search.network)
    if search.link:
        named = [column.icontains(search.link, autoescape=True) for column in (comments.c.body, comments.c.website)]
        filters.append(or_(*named))
    if search.language:
        of_it = (scores.c.comment_id == comments.c.id, scores.c.language == search.language)
        filters.append(select(scores.c.comment_id).where(*of_it).exists())
    if search.decided_by:
        latest = (decisions.c.comment_id == comments.c.id, decisions.c.revision == comments.c.revision)
        filters.append(select(decisions.c.id).where(*latest, decisions.c.by_id == search.decided_by).exists())
    return filters
