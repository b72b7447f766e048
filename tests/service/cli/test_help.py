"""`rejoinder --help` and what each command says of itself."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from service.cli import COMMANDS, main

SLOW = ("alembic", "flask", "granian", "marshmallow", "numpy", "redis", "rq", "sqlalchemy")


def _commands(group=main, path=()):
    """Every command and group with the words that call it."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["score", "--help"]], ids=" ".join)
def test_help_imports_nothing_that_is_slow(arguments):
    script = (
        f"import sys\n"
        f"from service.cli import main\n"
        f"main({arguments!r}, standalone_mode=False)\n"
        f"print(*sorted(set({SLOW!r}) & set(sys.modules)), file=sys.stderr)"
    )

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout
    assert found.stderr.split() == []


def test_the_list_of_commands_says_what_each_command_says_of_itself():
    context = click.Context(main)

    summaries = {name: main.get_command(context, name).get_short_help_str(200) for name in COMMANDS}

    assert summaries == COMMANDS


def test_every_command_has_help():
    for words, _ in _commands():
        result = CliRunner().invoke(main, [*words, "--help"])

        assert result.exit_code == 0, words
        assert result.stdout.startswith(f"Usage: main {' '.join(words)}")


def test_every_option_is_explained():
    unexplained = [
        (" ".join(words), parameter.name)
        for words, command in _commands()
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]

    assert unexplained == []


def test_a_command_that_does_not_exist_is_refused():
    result = CliRunner().invoke(main, ["sites"])

    assert result.exit_code == 2
    assert "No such command 'sites'" in result.stderr
