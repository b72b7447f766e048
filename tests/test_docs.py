"""The documentation says what the code does: what has no place in it, or is not so any more, fails here.

Webhooks are compared in moderation/webhooks/test_page.py, routes with their OpenAPI page in service/test_openapi.py.
"""

import json
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import click
import pytest

from models.artifact import SHIPPED
from moderation.config.options import INTERNAL_VARIABLES, OPTIONS, Option
from moderation.imports.items import SENTENCES
from moderation.messages import TEXTS
from moderation.policy import Policy
from moderation.reasons import GIVEN_REASONS, MODERATOR_REASONS, Reason
from moderation.traps import SIGNALS
from service.api.routes import ROUTES
from service.cli import COMMANDS, main
from service.schemas.policy import POLICY, policy_from
from service.schemas.submission import SUBMISSION

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
ROOMS = ("docs", "bench", "examples", "models", "moderation", "script", "service", "tests", "worker")
PAGES = [*ROOT.glob("*.md"), *(page for room in ROOMS for page in (ROOT / room).rglob("*.md"))]


def page_text(name: str) -> str:
    """A page of docs/, its lines joined, so that a sentence can be looked for."""
    return " ".join((DOCS / name).read_text("utf-8").split())


def blocks(kind: str) -> Iterator[tuple[str, str]]:
    """The code blocks whose first line is exactly this kind, each with the name of its page."""
    for page in PAGES:
        for block in re.findall(rf"^```{kind}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            yield page.name, block


def paragraphs() -> dict[str, str]:
    """Each setting's heading line in docs/settings.md, and what is written under it."""
    _, *parts = re.split(r"^### ", (DOCS / "settings.md").read_text("utf-8"), flags=re.MULTILINE)
    return {part.split("`")[1]: part for part in parts}


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.variable)
def test_every_setting_has_its_paragraph(option: Option):
    heading, _, text = paragraphs()[option.variable].partition("\n")

    assert len(text.split()) >= 6
    assert ("(secret)" in heading) == option.is_secret
    assert not option.default.strip(",") or f"`{option.default}`" in text


def test_no_paragraph_is_about_a_setting_that_does_not_exist():
    assert set(paragraphs()) == {option.variable for option in OPTIONS}


def test_settings_named_on_any_page_exist():
    known = {option.variable for option in OPTIONS} | {
        f"{option.variable}_FILE" for option in OPTIONS if option.is_secret
    }

    named = {name for page in PAGES for name in re.findall(r"REJOINDER_[A-Z_]*[A-Z]", page.read_text("utf-8"))}

    assert named <= known | INTERNAL_VARIABLES


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_operate_md(name: str):
    command = main.get_command(click.Context(main), name)
    assert command is not None

    assert [each for each in called(name, command) if f"`rejoinder {each}" not in page_text("operate.md")] == []


def called(words: str, command: click.Command) -> list[str]:
    """The words that call a command, or each command of a group."""
    if not isinstance(command, click.Group):
        return [words]
    return [each for name, inner in command.commands.items() for each in called(f"{words} {name}", inner)]


def test_commands_in_code_blocks_are_ones_that_the_console_takes():
    lines = [line for _, block in blocks("sh") for line in block.replace("\\\n", " ").splitlines()]
    called = [match for line in lines if (match := re.search(r"(?:^|[ /])rejoinder ([a-z][^|<>#]*)", line))]

    for match in called:
        parse(shlex.split(match[1]))

    assert len(called) > 10


def parse(arguments: list[str]) -> None:
    """Let click read a command line without running it. Raises UsageError."""
    command: click.Command = main
    while isinstance(command, click.Group):
        name, *arguments = arguments
        found = command.get_command(click.Context(command), name)
        assert found is not None, f"there is no command {name!r}"
        command = found
    command.make_context(command.name, arguments)


def test_the_unit_for_systemd_runs_a_command_with_settings_that_exist_and_can_be_enabled():
    [(_, block)] = blocks("ini")
    unit = ConfigParser()
    unit.read_string(block)
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    set_there = {each.partition("=")[0] for each in shlex.split(unit["Service"]["Environment"])}

    parse(arguments)
    assert program.endswith("/.venv/bin/rejoinder")
    assert set_there <= {option.variable for option in OPTIONS}
    assert unit["Install"]["WantedBy"]


def test_shell_blocks_are_shell_and_json_blocks_are_json():
    for page, block in blocks("sh"):
        shell = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
        assert shell.returncode == 0, (page, shell.stderr)
    for _, block in [*blocks("json"), *blocks("json policy")]:
        json.loads(block)


def test_every_policy_shown_is_taken_and_the_first_on_its_page_is_the_default():
    shown = [(page, policy_from(POLICY.load(json.loads(block)))) for page, block in blocks("json policy")]

    assert next(policy for page, policy in shown if page == "policies.md") == Policy()
    assert len(shown) >= 3


def test_every_field_of_a_policy_is_explained():
    assert [name for name in POLICY.fields if f"`{name}`" not in page_text("policies.md")] == []


@pytest.mark.parametrize("reason", GIVEN_REASONS)
def test_every_reason_is_there_with_its_sentence_and_whether_moderators_may_give_it(reason: Reason):
    given = "yes |" if reason in MODERATOR_REASONS else "|"

    assert f"| `{reason}` | {reason.spec.public} | {given}" in page_text("policies.md")


@pytest.mark.parametrize("signal", SIGNALS)
def test_every_signal_is_there_with_what_it_says(signal: str):
    assert f"| `{signal}` | {TEXTS[f'signal.{signal}']} |" in page_text("policies.md")


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_of_an_import_is_in_migrate_md(code: str):
    assert f"| `{code}` | {SENTENCES[code]} |" in page_text("migrate.md")


@pytest.mark.parametrize("name", ["name", "email", "website", "body", "thread.key"])
def test_each_field_of_a_comment_takes_as_many_characters_as_it_is_said_to(name: str):
    schema: Any = SUBMISSION.fields["thread"].schema if name.startswith("thread.") else SUBMISSION
    [row] = re.findall(rf"^\| .*`{name}`.* \| (.*) \|$", (DOCS / "api.md").read_text("utf-8"), re.MULTILINE)

    assert f"{schema.fields[name.removeprefix('thread.')].most:,} characters" in row


def test_routes_named_on_any_page_exist():
    known = {(route.method, re.sub(r"<[^>]*>", "{}", route.url)) for route in ROUTES}
    asked = [each for page in PAGES for each in re.findall(r"`([A-Z]+) (/[^`\s]*)`", page.read_text("utf-8"))]

    named = {(method, re.sub(r"\{[^}]*\}", "{}", url)) for method, url in asked}

    assert len(named) > 8
    assert named - known == set()


def packages(lock: str) -> set[str]:
    """The packages that a lock file names."""
    return set(re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))


def test_every_package_at_run_time_is_listed_with_its_licence():
    table = (DOCS / "licences.md").read_text("utf-8").split("## ")[1]
    listed = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([^|]*) \|$", table, re.MULTILINE))

    assert listed.keys() - {"package"} == packages("requirements.lock")
    for name, licence in listed.items():
        try:
            expression = metadata(name).get("License-Expression", "")
        except PackageNotFoundError:  # of another platform
            continue
        assert licence.startswith(expression), name


def test_every_licence_of_the_models_data_is_told():
    sources = json.loads((SHIPPED / "manifest.json").read_text("utf-8"))["sources"]

    assert [source["name"] for source in sources if f"| {source['licence']} |" not in page_text("licences.md")] == []


def test_the_newest_version_is_in_the_changelog():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]

    assert f"\n## {version} " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_index_has_every_page():
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", (DOCS / "README.md").read_text("utf-8")))

    assert linked == {page.name for page in DOCS.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_link_and_no_named_file_is_dead(page: Path):
    text = page.read_text("utf-8")
    links = [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", target)]
    files = [name for name in re.findall(r"`([\w./-]+/[\w./-]*)`", text) if name.split("/")[0] in ROOMS]

    assert [name for name in files if not (ROOT / name).exists()] == []
    assert [target for target in links if not leads_somewhere(page, target)] == []


def leads_somewhere(page: Path, target: str) -> bool:
    """Whether a relative link's file is there, and its heading in it."""
    name, _, anchor = target.partition("#")
    path = page.parent / name if name else page
    return path.exists() and (not anchor or anchor in anchors(path))


def anchors(page: Path) -> set[str]:
    """What a page's headings are called in links, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_recipe_for_the_form_is_a_file_of_thirty_lines_as_it_stands_there():
    recipes = (DOCS / "embed.md").read_text("utf-8").partition("\n## Recipes\n")[2].partition("\n## ")[0]
    shown = dict(re.findall(r"^\*\*`(examples/[^`]+)`\*\*\n\n```\w+\n(.*?)^```", recipes, re.S | re.M))

    assert len(shown) == recipes.count("```") / 2 == 6
    assert shown == {name: (ROOT / name).read_text("utf-8") for name in shown}
    assert [name for name, text in shown.items() if len(text.splitlines()) > 30] == []
