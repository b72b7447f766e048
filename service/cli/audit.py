"""`rejoinder audit`: whether the trail of what was done is whole."""

from collections.abc import Iterator

import click

from moderation.audit import ChainCheck, Entry
from moderation.audit import verify as verify_chain
from service.cli.installation import installation
from service.cli.output import Answer, answers


@click.group()
def audit() -> None:
    """Check the audit trail."""


@audit.command("verify")
@click.option("--kept", multiple=True, metavar="END", help="An end that an earlier check told. May be given again.")
@answers
def verify(kept: tuple[str, ...]) -> Answer:
    """Follow every chain from its beginning; exit with 1 when an entry was changed, added or taken out.

    Whoever may write to the database can also cut off the end of a chain, or write the chain anew. Keep the ends that
    this tells in another place, and give them back with --kept: each must still be in its chain.
    """
    missing = set(kept)
    with installation() as opened, opened.store.read() as uow:
        checks = [
            verify_chain(site_id, _crossed_off(missing, uow.audit.entries(site_id)))
            for site_id in uow.audit.site_ids()
        ]
    is_whole = not missing and not any(check.broken_at for check in checks)
    value = {"is_whole": is_whole, "chains": [_shown(each) for each in checks], "missing": sorted(missing)}
    text = "\n".join([*map(_told, checks), *map(_missed, sorted(missing))]) or "No entry yet."
    return Answer(value, text, exit_code=0 if is_whole else 1)


def _crossed_off(missing: set[str], entries: Iterator[Entry]) -> Iterator[Entry]:
    """The entries as they are read; the ends among them are no longer missing."""
    for entry in entries:
        missing.discard(entry.hash)
        yield entry


def _told(check: ChainCheck) -> str:
    name = check.site_id or "(installation)"
    if check.broken_at:
        return f"{name}: BROKEN at entry {check.broken_at}. It and what comes after it cannot be trusted."
    return f"{name}: {check.entries} entries, whole. Its end is {check.head}; keep that elsewhere, for --kept."


def _missed(end: str) -> str:
    return f"MISSING: no chain has the end {end} any more. Its end was cut off, or it was written anew."


def _shown(check: ChainCheck) -> dict[str, object]:
    return {
        "site": check.site_id,
        "entries": check.entries,
        "head": check.head,
        "broken_at": check.broken_at or None,
    }
