"""The console command `rejoinder`: one file for each group of commands, and each command says --help."""

import os
from typing import Any

import click

from moderation.config.settings import PRIVATE
from moderation.errors import Invalid
from service.cli.audit import audit
from service.cli.doctor import doctor
from service.cli.endpoint import endpoint
from service.cli.key import key
from service.cli.moderator import moderator
from service.cli.output import handle_errors
from service.cli.score import score
from service.cli.serve import serve
from service.cli.site import site
from service.cli.up import up
from service.cli.work import work


class Console(click.Group):
    """All commands. What is given to any of them is text, or it is refused here; --json holds for wrong calls too."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Check the whole command line, then read it as click does."""
        ctx.meta[_AS_JSON] = "--json" in args
        with handle_errors(ctx.meta[_AS_JSON]):
            _check_text(args)
            return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Find the command, let it read its part of the line, and run it."""
        with handle_errors(ctx.meta[_AS_JSON]):
            return super().invoke(ctx)


_AS_JSON = "rejoinder.as_json"


def _check_text(arguments: list[str]) -> None:
    for each in arguments:
        try:
            each.encode()
        except UnicodeEncodeError as problem:  # Python keeps bytes that it cannot read as lone surrogates
            raise Invalid("argument", f"{os.fsencode(each)!r} is not UTF-8; set your terminal to it.") from problem


@click.group(cls=Console, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="rejoinder", prog_name="rejoinder")
def main() -> None:
    """Self-hosted comment moderation. Settings come from the environment: see docs/settings.md."""
    os.umask(PRIVATE)


for each in (up, serve, work, doctor, site, key, moderator, endpoint, score, audit):
    main.add_command(each)
