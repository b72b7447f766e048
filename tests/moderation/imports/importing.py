"""Imports a file and looks at what became of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from moderation.audit import verify
from moderation.comment import Comment
from moderation.decision_audit import DecisionAudit
from moderation.exports.contents import ExportedComment
from moderation.exports.run import contents_of
from moderation.imports.items import Item
from moderation.imports.kinds import OWN, reader_of
from moderation.imports.prepare import Preparation
from moderation.imports.report import Report, Row
from moderation.imports.run import Import
from moderation.imports.source_file import SourceFile
from moderation.imports.urls import Addresses
from moderation.store import Store, UnitOfWork
from tests.builders import NOON, a_site

LATER = NOON + timedelta(days=365)
"""When the tests import."""


@dataclass
class Imported:
    """What an import reported, and what the store has afterwards."""

    store: Store
    report: Report
    rows: list[Row] = field(default_factory=list)
    site_id: str = "demo"

    @property
    def comments(self) -> list[Comment]:
        """All comments of the site, oldest first."""
        with self.store.read() as uow:
            return [each.comment for each in exported_comments(uow, self.site_id)]

    @property
    def emails(self) -> list[str | None]:
        """The addresses of their authors."""
        with self.store.read() as uow:
            found = [each.email for each in exported_comments(uow, self.site_id)]
        return [email.reveal() if email else None for email in found]

    @property
    def tree(self) -> dict[str, str]:
        """The body of each comment with the body of its parent, "" for none."""
        bodies = {each.id: each.body for each in self.comments}
        return {each.body: bodies.get(each.parent_id, "") for each in self.comments}

    @property
    def outcomes(self) -> dict[str, int]:
        """How many rows had each outcome."""
        return dict(self.report.outcomes)

    def codes(self, id: str) -> list[str]:
        """Why something became of a row."""
        return [code for row in self.rows if row.id == id for code in row.codes]

    def assert_balanced(self) -> None:
        """The tally is whole, the audit trail too, and no decision is missing in it."""
        with self.store.read() as uow:
            assert uow.statistics.conservation().is_whole
            compared = DecisionAudit(uow, self.site_id)
            check = verify(self.site_id, compared.follow(uow.audit.entries(self.site_id)))
            assert not check.broken_at or not list(uow.audit.entries(self.site_id))
            compared.compare(check)
            assert compared.lines() == []


def exported_comments(uow: UnitOfWork, site_id: str) -> list[ExportedComment]:
    """All comments of a site with the addresses of their authors."""
    return list(contents_of(uow, uow.sites.get(site_id), with_emails=True, at=NOON).comments)


def items_of(kind: str, path: Path) -> list[Item]:
    """What the reader of a kind makes of a file."""
    return list(reader_of(kind)(SourceFile(path)))


def imported(
    store: Store,
    kind: str,
    path: Path,
    *,
    mapping: str = "",
    with_rejected: bool = False,
    source: str = "",
    site_id: str = "demo",
    known_in: Store | None = None,
    at: datetime = LATER,
) -> Imported:
    """Import a file into a site."""
    rows: list[Row] = []
    report = Report(rows.append)
    with store.read() as uow:
        site = uow.sites.get(site_id)
    preparation = Preparation(
        sealer=store.sealer,
        site=site,
        source=source or kind,
        addresses=Addresses(mapping.splitlines()),
        keeps_rejected=with_rejected or kind == OWN,
        at=at,
    )
    run = Import(store, preparation, report, by_id="console", is_own=kind == OWN, known_in=known_in)
    run.run(reader_of(kind)(SourceFile(path)))
    return Imported(store, report, rows, site_id)


def add_site(store: Store, id: str) -> None:
    """Another site."""
    store.write(lambda uow: uow.sites.add(a_site(id), at=NOON))


def named(comments: list[Comment]) -> dict[str, Any]:
    """Comments by their bodies."""
    return {each.body: each for each in comments}
