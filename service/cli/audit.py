"""`rejoinder audit`: whether the trail of what was done is whole."""

import click

from moderation.audit import Verdict
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
        verdicts = [verify_chain(site_id, rows.audit.entries(site_id)) for site_id in rows.audit.site_ids()]
    is_whole = not any(verdict.broken_at for verdict in verdicts)
    value = {"is_whole": is_whole, "chains": [_shown(each) for each in verdicts]}
    text = "\n".join(_told(each) for each in verdicts) or "No entry yet."
    return Answer(value, text, exit_code=0 if is_whole else 1)


def _told(verdict: Verdict) -> str:
    name = verdict.site_id or "(installation)"
    if verdict.broken_at:
        return f"{name}: BROKEN at entry {verdict.broken_at}. What comes after it cannot be trusted."
    return f"{name}: {verdict.entries} entries, whole. Its end is {verdict.head}; keep that to notice a cut."


def _shown(verdict: Verdict) -> dict[str, object]:
    return {
        "site": verdict.site_id,
        "entries": verdict.entries,
        "head": verdict.head,
        "broken_at": verdict.broken_at or None,
    }
