"""`rejoinder audit`: whether the trail of what was done is whole."""

import click

from moderation.audit import ChainCheck
from moderation.audit import verify as verify_chain
from service.cli.answers import Answer, answers
from service.cli.installation import installation


@click.group()
def audit() -> None:
    """Check the audit trail."""


@audit.command("verify")
@answers
def verify() -> Answer:
    """Follow every chain from its beginning; exit with 1 when an entry was changed, added or taken away."""
    with installation() as opened, opened.store.read() as rows:
        checks = [verify_chain(site_id, rows.audit.entries(site_id)) for site_id in rows.audit.site_ids()]
    is_whole = not any(check.broken_at for check in checks)
    value = {"is_whole": is_whole, "chains": [_shown(each) for each in checks]}
    text = "\n".join(_told(each) for each in checks) or "No entry yet."
    return Answer(value, text, exit_code=0 if is_whole else 1)


def _told(check: ChainCheck) -> str:
    name = check.site_id or "(installation)"
    if check.broken_at:
        return f"{name}: BROKEN at entry {check.broken_at}. What comes after it cannot be trusted."
    return f"{name}: {check.entries} entries, whole. Its end is {check.head}; keep that to notice a cut."


def _shown(check: ChainCheck) -> dict[str, object]:
    return {
        "site": check.site_id,
        "entries": check.entries,
        "head": check.head,
        "broken_at": check.broken_at or None,
    }
