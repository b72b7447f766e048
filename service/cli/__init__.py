"""The console command `rejoinder`.

To add a command: a line in COMMANDS, a module of that name in this folder that defines the click command, a row in
docs/operate.md. To add a subcommand: a function in its group's module, and the row. Tests name what is missing.

COMMANDS holds the summaries too, so that `rejoinder --help` imports no command.
"""

import os
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click

from moderation.errors import Invalid
from moderation.process.umask import keep_files_private
from service.cli.output import handle_errors

COMMANDS = {
    "up": "Run everything on this machine until Ctrl-C or SIGTERM.",
    "serve": "Run only the web server.",
    "work": "Run only the workers.",
    "doctor": "Check the installation and say how to repair what is wrong.",
    "site": "Manage sites and their origins.",
    "policy": "Show or replace a site's policy, or try a draft on stored comments.",
    "automation": "Show or change what is decided without a moderator.",
    "thread": "Move or merge the threads of pages that moved.",
    "key": "Manage API keys.",
    "moderator": "Manage moderators, their roles and sign-in links.",
    "endpoint": "Manage webhook endpoints.",
    "mail": "Try the mail server.",
    "demo": "Invent comments for trying the dashboard and the form.",
    "import": "Import the comments of another system, or an export.",
    "export": "Export a site to standard output.",
    "person": "Export or erase all that somebody wrote.",
    "erase": "Erase comments for good: their names, addresses, websites and texts.",
    "retention": "Manage for how long sites keep things.",
    "score": "Score comments from standard input, without an installation.",
    "learn": "Show what a site learned, learn from old decisions, or go back.",
    "audit": "Check the audit trail.",
    "secret": "Replace the secret that seals e-mail addresses.",
    "backup": "Write a backup of the database to FILE, and its secret to another file.",
    "restore": "Restore FILE, a backup by `rejoinder backup`, into a stopped installation.",
}
"""Command to summary, in the order of `rejoinder --help`. `service/cli/NAME.py` defines the click command NAME.

A name that is a word of Python has an underscore behind it there.
"""


class Console(click.Group):
    """All commands, each imported when it is called. With --json, errors in the call itself are JSON too."""

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

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, in the order of the list."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of this name; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(import_module(f"service.cli.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any of them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


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
    """Self-hosted comment moderation.

    Settings are environment variables; docs/settings.md describes each. Every command takes --json.
    """
    keep_files_private()
