"""`rejoinder score`: score an export, without database, home or Redis."""

import os
import sys
from typing import TYPE_CHECKING

import click

from moderation.config.options import OPTIONS
from moderation.config.settings import read
from moderation.process.gc_tuning import freeze_gc
from service.cli.offline_scoring import as_line, score_lines

if TYPE_CHECKING:
    from models.scorer import Scorer


@click.command()
@click.option("--json", is_flag=True, expose_value=False, help="Problems in JSON too; the scores always are.")
def score() -> None:
    """Read submissions as lines of JSON, write their scores as lines of JSON.

    Each line has `body` and, where known, `name`, `website`, `thread.title` and `thread.url`. Each answer has `spam`,
    `abuse`, `labels`, `action`, `reason`, `language`, `confidence` and `evidence`, or `error` and `line`.
    How many have `error` is said on standard error in the end.
    """
    bad = 0
    scorer = _load()
    freeze_gc()
    for answer in score_lines(sys.stdin.buffer, scorer.score_many):
        sys.stdout.write(f"{as_line(answer)}\n")
        bad += "error" in answer
    if bad:
        click.echo(f"Lines that could not be scored: {bad}. Their answers say why, in `error`.", err=True)


def _load() -> "Scorer":
    from models.scorer import Scorer  # here, because no other command needs arrays: they start sooner

    [option] = [each for each in OPTIONS if each.field == "model_path"]
    return Scorer.from_setting(read(option, os.environ))
