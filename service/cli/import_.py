"""`rejoinder import`: the comments of another system, or an export of Rejoinder."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from moderation.errors import Invalid
from moderation.imports.items import SENTENCES
from moderation.imports.kinds import KINDS, OWN, reader_of
from moderation.imports.prepare import Preparation
from moderation.imports.report import Outcome, Report, Row
from moderation.imports.run import Import
from moderation.imports.scratch import scratch_store
from moderation.imports.source_file import SourceFile
from moderation.imports.urls import Addresses
from moderation.store import Store
from service.cli.installation import CONSOLE, Installation, open_installation
from service.cli.output import Result, prints_result
from service.cli.private_file import new_private_file
from service.cli.progress import Progress

_OUTCOMES = {
    Outcome.IMPORTED: "Imported",
    Outcome.ALREADY_THERE: "Imported before, and left as they are",
    Outcome.ATTACHED: "Replies that came before their parents",
    Outcome.UNATTACHED: "Replies without their parents",
    Outcome.SKIPPED: "Left out",
    Outcome.REFUSED: "Refused",
}
_WOULD = {
    Outcome.IMPORTED: "Would be imported",
    Outcome.ALREADY_THERE: "Imported before, and would be left as they are",
    Outcome.SKIPPED: "Would be left out",
    Outcome.REFUSED: "Would be refused",
}
"""The same for a dry run, where nothing is done."""


@click.command("import")
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--site", "site_id", metavar="SITE", required=True, help="The site that gets the comments.")
@click.option(
    "--dry-run", is_flag=True, help="Read the whole file and report what would be imported; change nothing."
)
@click.option(
    "--map",
    "map_path",
    type=click.Path(path_type=Path),
    help="A file with lines FROM -> TO, from pages of the source to pages of the site.",
)
@click.option("--with-rejected", is_flag=True, help="Keep spam and trash too, as rejected comments.")
@click.option(
    "--report",
    "report_path",
    type=click.Path(path_type=Path),
    help="A new file for one line of JSON about each row: what became of it, and why.",
)
@click.option(
    "--source",
    default="",
    metavar="NAME",
    help="A name for the source, if a site gets the comments of several of one kind; their ids are kept apart by it.",
)
@prints_result
def import_(
    kind: str,
    file: Path,
    site_id: str,
    dry_run: bool,
    map_path: Path | None,
    with_rejected: bool,
    report_path: Path | None,
    source: str,
) -> Result:
    """Import the comments of another system, or an export.

    KIND is the system that FILE comes from. Comments that were imported before are left as they are, so a run that
    was interrupted can be repeated. Nothing is announced to endpoints, and only comments that are pending in FILE
    are scored. docs/migrate.md has a part for each KIND.
    """
    opened = SourceFile(file)
    addresses = Addresses(_lines_of(map_path) if map_path else ())
    with open_installation() as installation, _report_file(report_path) as write:
        report = Report(write)
        with _target(installation, site_id, dry_run=dry_run) as (store, known_in):
            with installation.store.read() as uow:
                site = uow.sites.get(site_id)
            run = Import(
                store=store,
                preparation=Preparation(
                    sealer=store.sealer,
                    site=site,
                    source=f"{kind}:{source}" if source else kind,
                    addresses=addresses,
                    keeps_rejected=with_rejected or kind == OWN,
                    at=installation.at,
                ),
                report=report,
                by_id=CONSOLE,
                is_own=kind == OWN,
                known_in=known_in,
            )
            with Progress(opened, report) as progress:
                run.run(reader_of(kind)(opened), progress=progress.show)
    value = {"site": site.id, "kind": kind, "dry_run": dry_run, **report.as_json(), "seconds": progress.seconds}
    return Result(value, _text(report, dry_run=dry_run), exit_code=1 if report.problem else 0)


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        said = getattr(problem, "strerror", None) or "it is not UTF-8"
        raise Invalid("map", f"{str(path)!r} cannot be read: {said}.") from problem


@contextmanager
def _report_file(path: Path | None) -> Iterator[Callable[[Row], None] | None]:
    """What writes a row into a new file; None without a path."""
    if path is None:
        yield None
        return
    with new_private_file(path, option="report") as file:
        yield lambda row: print(json.dumps(row.as_json(), ensure_ascii=False), file=file)


@contextmanager
def _target(installation: Installation, site_id: str, *, dry_run: bool) -> Iterator[tuple[Store, Store | None]]:
    """The store to write to; for a dry run one that is thrown away, and the one in which comments may be already."""
    if not dry_run:
        yield installation.store, None
        return
    with installation.store.read() as uow:
        site = uow.sites.get(site_id)
    with scratch_store(installation.store.sealer, site, at=installation.at) as scratch:
        yield scratch, installation.store


def _text(report: Report, *, dry_run: bool) -> str:
    lines = ["This was a dry run: nothing was changed.", ""] if dry_run else []
    for outcome, words in _OUTCOMES.items():
        count = report.count(outcome)
        if count or outcome is Outcome.IMPORTED:
            statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(report.statuses.items()))
            detail = f" ({statuses})" if outcome is Outcome.IMPORTED and statuses else ""
            lines.append(f"{_WOULD.get(outcome, words) if dry_run else words}: {count:,}{detail}.")
            lines += [
                f"  {count:>9,}  {code}: {SENTENCES[code]}"
                for (of, code), count in sorted(report.codes.items())
                if of == outcome.value
            ]
    if report.closed_by_age:
        are, days = "would be" if dry_run else "are", f"{report.close_days:,} day{'s' * (report.close_days != 1)}"
        lines += [
            f"Pages of the site that {are} closed for comments, because they began {days} ago or earlier: "
            f"{report.closed_by_age:,}. docs/policies.md says how to keep some open."
        ]
    if report.problem:
        lines += ["", f"The file could not be read to its end: {report.problem}"]
        if report.count(Outcome.IMPORTED) and not dry_run:
            lines.append("What was read before is imported; repeat the command with the whole file.")
    return "\n".join(lines)
