"""Which fields of a site's pages had to be cut or left out, each with the latest page."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select, update

from moderation.page_problems import PageProblem
from moderation.store.database.bulk_sql import insert_many
from moderation.store.tables import page_problems, threads


class PageProblemRepository:
    """The problems of pages in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, thread_ids: Mapping[tuple[str, str], str], *, at: datetime) -> None:
        """Note these pages, by site and field, in place of earlier ones."""
        rows = [
            {"site_id": place[0], "field": place[1], "thread_id": thread_ids[place], "at": at}
            for place in sorted(thread_ids)  # one order in all processes, so that they cannot deadlock
        ]
        insert_many(self._connection, page_problems, rows, replace=("site_id", "field"))

    def since(self, site_id: str, *, at: datetime) -> list[PageProblem]:
        """Those of a site that were seen at this time or later, by field."""
        query = select(page_problems.c.field, threads.c.key, page_problems.c.at).join(threads)
        query = query.where(page_problems.c.site_id == site_id, page_problems.c.at >= at)
        return [PageProblem(*row) for row in self._connection.execute(query.order_by(page_problems.c.field))]

    def move(self, thread_id: str, into_id: str) -> None:
        """The page of one thread is that of another now."""
        moved = update(page_problems).where(page_problems.c.thread_id == thread_id).values(thread_id=into_id)
        self._connection.execute(moved)
