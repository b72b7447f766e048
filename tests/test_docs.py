"""The documentation says what the code does: a setting or a command without its paragraph fails here."""

import re
from pathlib import Path

import click
import pytest

from moderation.knobs import KNOBS, Knob
from service.cli import main

DOCS = Path(__file__).parent.parent / "docs"


def paragraphs() -> dict[str, str]:
    """Each setting's heading line in docs/settings.md, and what is written under it."""
    _, *parts = re.split(r"^### ", (DOCS / "settings.md").read_text(), flags=re.MULTILINE)
    return {part.split("`")[1]: part for part in parts}


@pytest.mark.parametrize("knob", KNOBS, ids=lambda knob: knob.variable)
def test_every_setting_has_its_paragraph(knob: Knob):
    heading, _, told = paragraphs()[knob.variable].partition("\n")

    assert len(told.split()) >= 6
    assert ("(secret)" in heading) == knob.is_secret
    assert not knob.default.strip(",") or f"`{knob.default}`" in told


def test_no_paragraph_is_about_a_setting_that_does_not_exist():
    assert set(paragraphs()) == {knob.variable for knob in KNOBS}


def test_settings_named_anywhere_in_the_docs_exist():
    known = {knob.variable for knob in KNOBS} | {f"{knob.variable}_FILE" for knob in KNOBS if knob.is_secret}
    named = {
        name for path in DOCS.glob("**/*.md") for name in re.findall(r"REJOINDER_[A-Z_]*[A-Z]", path.read_text())
    }

    assert named <= known


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_is_in_operate_md(name: str):
    command = main.commands[name]
    called = [f"{name} {each}" for each in command.commands] if isinstance(command, click.Group) else [name]
    told = (DOCS / "operate.md").read_text()

    assert [each for each in called if f"rejoinder {each}" not in told] == []
