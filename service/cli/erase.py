"""`rejoinder erase`: erases comments, or again what a restored backup has brought back."""

from pathlib import Path

import click

from moderation.config.erasure_list import list_path
from moderation.erasing.erase import erase_comment
from moderation.erasing.replay import replay
from moderation.errors import Invalid
from service.cli.installation import CONSOLE, open_installation, remember_erasures
from service.cli.output import Result, prints_result
from service.passages import passages_of


@click.command()
@click.argument("comment_ids", metavar="[COMMENT]...", nargs=-1)
@click.option("--replay", "is_replay", is_flag=True, help="Erase again what was erased before a backup was restored.")
@click.option(
    "--list",
    "path",
    type=click.Path(path_type=Path),
    help="With --replay: another list of erasures, from the home of another machine.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@prints_result
def erase(comment_ids: tuple[str, ...], is_replay: bool, path: Path | None, yes: bool) -> Result:
    """Erase comments for good: their names, addresses, websites and texts. Their ids and decisions stay."""
    if bool(comment_ids) is is_replay or (path and not is_replay):
        raise Invalid("comment", "name the comments to erase, or add --replay instead.")
    if is_replay:
        return _replay(path)
    if not yes:
        click.confirm(f"Erase {len(comment_ids)} comments for good?", abort=True, err=True)
    with open_installation() as installation:
        with installation.store.read() as uow:
            sites = [each.id for each in uow.sites.all()]
        for comment_id in comment_ids:
            erase_comment(installation.store, comment_id, passages_of, sites=sites, by_id=CONSOLE, at=installation.at)
        remember_erasures(installation)
    return Result({"erased": list(comment_ids)}, f"Comments erased: {len(comment_ids)}.")


def _replay(path: Path | None) -> Result:
    with open_installation() as installation:
        paths = [list_path(installation.settings.home), *([path] if path else [])]
        done = replay(installation.store, paths, passages_of, at=installation.at)
    value = {"listed": done.listed, "comments": done.comments, "sites": done.sites}
    return Result(value, f"Listed: {done.listed}. Erased again: comments {done.comments}, sites {done.sites}.")
