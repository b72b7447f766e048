"""`rejoinder learn`: what a site learned from its moderators, from old decisions too; and going back."""

from typing import Any

import click

from moderation import learning, learning_admin
from moderation.errors import Invalid
from moderation.lessons import FEWEST_LESSONS, MODES, MOST_LESSONS, SHIPPED_PIN
from moderation.score import SHIPPED, SITE
from moderation.store.site_models import SiteModelRecord
from service.cli.installation import CONSOLE, Installation, open_installation
from service.cli.output import Result, prints_result, table


@click.command()
@click.argument("site_id", metavar="SITE")
@click.option(
    "--from-history",
    is_flag=True,
    help="Learn also from what people decided before the site learned, here or in another system.",
)
@click.option("--mode", type=click.Choice(MODES), help="Let the site's own line decide, only be noted, or not learn.")
@click.option(
    "--rollback",
    metavar="[MODEL]",
    is_flag=False,
    flag_value=SHIPPED_PIN,
    help="Go back to the shipped model, or to MODEL, an earlier one of the site, until --release.",
)
@click.option("--release", is_flag=True, help="Let the newest model serve again.")
@prints_result
def learn(site_id: str, from_history: bool, mode: str | None, rollback: str | None, release: bool) -> Result:
    """Show what a site learned, learn from old decisions, or go back.

    With --from-history, the newest fifth of the decisions is first foreseen from the others, and it prints how often
    people decided otherwise.
    """
    if rollback and release:
        raise Invalid("release", "cannot be given together with --rollback; use one of the two.")
    with open_installation() as installation:
        store, at = installation.store, installation.at
        with store.read() as uow:
            uow.sites.get(site_id)
        if mode:
            store.write(lambda uow: learning_admin.set_mode(uow, site_id, mode, by_id=CONSOLE, at=at))
        if rollback:
            store.write(lambda uow: learning_admin.pin(uow, site_id, rollback, by_id=CONSOLE, at=at))
        if release:
            store.write(lambda uow: learning_admin.release(uow, site_id, by_id=CONSOLE, at=at))
        history = _from_history(installation, site_id) if from_history else None
        return _state(installation, site_id, history)


def _from_history(installation: Installation, site_id: str) -> dict[str, Any]:
    """Note, read and replay the old decisions; what they foretell of the newest fifth."""
    from models.learning.replay import held_out  # here, so that --help does not import numpy
    from models.lesson_reader import LessonReader
    from models.scorer import Scorer

    store, settings = installation.store, installation.settings
    reader = LessonReader(Scorer.from_setting(settings.model_path, with_encoder=settings.uses_encoder))
    noted = learning.note_history(store, site_id)
    while learning.read_some(store, reader):
        pass
    with store.read() as uow:
        lessons = uow.lessons.newest(site_id, limit=MOST_LESSONS)
        forgotten = learning.forgotten_buckets(uow.learning_progress.progress(site_id).forgotten)
    if len(lessons) >= FEWEST_LESSONS:
        store.write(lambda uow: uow.learning_progress.ask_for_replay(site_id))
        learning.learn_site(store, reader, site_id, at=installation.at)
    return {"noted": noted, "decisions": len(lessons), **held_out(lessons, forgotten=forgotten)}


def _state(installation: Installation, site_id: str, history: dict[str, Any] | None) -> Result:
    with installation.store.read() as uow:
        site = uow.sites.get(site_id)
        progress = uow.learning_progress.progress(site_id)
        pinned = progress.pinned
        models = uow.site_models.all(site_id)
    value = {
        "site": site_id,
        "mode": site.learning,
        "pinned": pinned or None,
        "champion": progress.line,
        "models": [_as_json(each) for each in models],
        **({"history": history} if history else {}),
    }
    lines = [f"Learning of {site_id} is {site.learning}.", _CHAMPION[progress.line]]
    if history:
        lines += _history_lines(history)
    if pinned:
        lines.append(f"It is pinned to {_name(pinned)}, until: rejoinder learn {site_id} --release")
    shown = [each for each in models if each.lessons >= FEWEST_LESSONS]
    rows = [(each.id, f"{each.made_at:%Y-%m-%d %H:%M}", str(each.lessons), _verdict(each)) for each in shown]
    lines.append(table(("MODEL", "MADE", "DECISIONS", "CHECKS"), rows, empty="It has no model yet."))
    return Result(value, "\n".join(lines))


def _history_lines(history: dict[str, Any]) -> list[str]:
    judged, count = history["judged"], history["decisions"]
    lines = [f"Decisions noted: {history['noted']}."]
    if count < FEWEST_LESSONS:
        missing = FEWEST_LESSONS - count
        return [*lines, f"There are {count} to learn from, too few: it takes {missing} more to begin."]
    return [
        *lines,
        f"From {history['learned']} decisions it foresaw the {judged} newest, without learning those:",
        f"  the shipped model alone took {history['shipped_errors']} otherwise than people did"
        f" (log-loss {history['shipped_loss']:.3f});",
        f"  with what was learned here it is {history['site_errors']} (log-loss {history['site_loss']:.3f}).",
    ]


_CHAMPION = {
    SHIPPED: "It is not proven that what was learned here is better than the shipped model.",
    SITE: "What was learned here is proven to be better than the shipped model alone.",
}


def _name(pinned: str) -> str:
    return "the shipped model" if pinned == SHIPPED_PIN else pinned


def _verdict(model: SiteModelRecord) -> str:
    return "passed" if model.passed else "not passed"


def _as_json(model: SiteModelRecord) -> dict[str, object]:
    return {
        "id": model.id,
        "made_at": model.made_at.isoformat(),
        "decisions": model.lessons,
        "passed": model.passed,
        "checks": dict(model.checks),
    }
