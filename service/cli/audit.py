"""`rejoinder audit`: checks the integrity of the audit trail."""

from collections.abc import Iterator

import click

from moderation.audit import ChainCheck, Entry
from moderation.audit import verify as verify_chain
from moderation.decision_audit import DecisionAudit
from service.cli.installation import open_installation
from service.cli.output import Result, prints_result


@click.group()
def audit() -> None:
    """Check the audit trail."""


@audit.command("verify")
@click.option(
    "--kept", multiple=True, metavar="HASH", help="The last hash that an earlier check printed. May be repeated."
)
@prints_result
def verify(kept: tuple[str, ...]) -> Result:
    """Verify every hash chain, and the decisions against it; exit with 1 when one was changed, added or removed.

    Somebody who can write to the database can also cut off the end of a chain or rewrite all of it. To detect that,
    keep the hashes that this command prints in another place and pass them with --kept: each must still be in its
    chain.
    """
    missing = set(kept)
    with open_installation() as installation, installation.store.read() as uow:
        compared = [DecisionAudit(uow, site_id) for site_id in uow.audit.site_ids()]
        checks = [
            verify_chain(each.site_id, each.follow(_discard_found(missing, uow.audit.entries(each.site_id))))
            for each in compared
        ]
        for each, check in zip(compared, checks, strict=True):
            each.compare(check)
    differences = [line for each in compared for line in each.lines()]
    is_whole = not missing and not differences and not any(check.broken_at for check in checks)
    value = {
        "is_whole": is_whole,
        "chains": [_as_json(*each) for each in zip(checks, compared, strict=True)],
        "missing": sorted(missing),
    }
    lines = [*map(_chain_line, checks), *differences, *map(_missing_line, sorted(missing))]
    return Result(value, "\n".join(lines) or "There are no entries yet.", exit_code=0 if is_whole else 1)


def _discard_found(missing: set[str], entries: Iterator[Entry]) -> Iterator[Entry]:
    """Pass the entries through and remove their hashes from `missing`."""
    for entry in entries:
        missing.discard(entry.hash)
        yield entry


def _chain_line(check: ChainCheck) -> str:
    name = check.site_id or "(installation)"
    if check.broken_at:
        return f"{name}: BROKEN at entry {check.broken_at}. Do not trust this entry or any after it."
    return f"{name}: {check.entries} entries, intact. Last hash for --kept: {check.head}"


def _missing_line(hash: str) -> str:
    return f"MISSING: no chain contains {hash} any more. The end of a chain was cut off, or a chain was rewritten."


def _as_json(check: ChainCheck, compared: DecisionAudit) -> dict[str, object]:
    return {
        "site": check.site_id,
        "entries": check.entries,
        "head": check.head,
        "broken_at": check.broken_at or None,
        "differing_decisions": compared.differing,
        "unaudited_decisions": compared.unaudited,
    }
