"""How a form looks on the pages of a site: what an owner chooses, checked, and the lines that say it on a page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from moderation.messages import N_, languages

HEADINGS = tuple("123456")
GROUNDS = ("light", "dark")

ATTRIBUTES = {
    "language": "data-lang",
    "heading": "data-heading",
    "theme": "data-theme",
    "place": "data-form",
    "order": "data-order",
    "style": "data-css",
}
"""The attribute of the script's line for each choice, by the field of the form. docs/embed.md has them all."""

CHOICES: Mapping[str, Mapping[str, str]] = {
    "theme": {
        "light": N_("light"),
        "dark": N_("dark"),
        "auto": N_("as the reader's device"),
    },
    "place": {"last": N_("below")},
    "order": {"newest": N_("newest first"), "replies": N_("most replies first")},
    "style": {"none": N_("your own")},
}
"""The values of a choice, in words; the empty one is what the form does without it."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the style sheet. default: what the sheet says; words: what it is for.

    is_colour: whether it is a colour; else it is a length.
    """

    default: str
    words: str
    is_colour: bool = False


VARIABLES = {
    "accent": Variable("#1f5f99", N_("The button"), is_colour=True),
    "on-accent": Variable("#ffffff", N_("The button's text"), is_colour=True),
    "hue": Variable("#3381c9", N_("Links and focus rings"), is_colour=True),
    "alarm": Variable("#e0524a", N_("Errors"), is_colour=True),
    "text": Variable("inherit", N_("Text"), is_colour=True),
    "background": Variable("transparent", N_("Background"), is_colour=True),
    "font-size": Variable("1em", N_("Size of the text")),
    "radius": Variable("6px", N_("Corners")),
    "button-radius": Variable("6px", N_("Corners of the button")),
    "space": Variable("20px", N_("Space between comments")),
    "indent": Variable("46px", N_("Indent of replies")),
}
"""By the end of their names, after `--rejoinder-`."""

_COLOUR = re.compile(r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|inherit|transparent|currentcolor")
_LENGTH = re.compile(r"0|[0-9]{1,3}(?:\.[0-9]{1,3})?(?:px|em|rem)")


@dataclass(frozen=True, slots=True)
class Look:
    """What was chosen. attributes: by the field of the form. variables: by their names in VARIABLES.

    wrong: the names of variables with an invalid value, which is left out.
    """

    attributes: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[str, ...] = ()

    @property
    def fields(self) -> dict[str, str]:
        """The choices as fields of an address."""
        return {**self.attributes, **self.variables}

    def script_line(self, base: str, site_id: str) -> str:
        """The line with the script. base: where Rejoinder is."""
        chosen = {"data-site": site_id, **self.script_attributes}
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in chosen.items())
        return f'<script src="{escape(base)}/embed.js" defer{attributes}></script>'

    @property
    def script_attributes(self) -> dict[str, str]:
        """The attributes of that line besides the site's."""
        return {ATTRIBUTES[name]: value for name, value in self.attributes.items()}

    @property
    def style_lines(self) -> str:
        """The lines with the variables; empty without one."""
        return f"<style>\n{sheet(self)}\n</style>" if self.variables else ""


def sheet(look: Look) -> str:
    """The variables as a style sheet."""
    lines = [f"  --rejoinder-{name}: {value};" for name, value in look.variables.items()]
    return "\n".join([".rejoinder {", *lines, "}"])


def look_in(args: Mapping[str, str]) -> Look:
    """What the fields of a form say. Unknown choices and invalid values are left out."""
    offered = {"language": languages(), "heading": HEADINGS, **CHOICES}
    given = {name: args.get(name, "").strip().lower() for name in VARIABLES}
    good = {name: value for name, value in given.items() if _is_good(VARIABLES[name], value)}
    return Look(
        attributes={name: args[name] for name in ATTRIBUTES if args.get(name) in offered[name]},
        variables=good,
        wrong=tuple(name for name, value in given.items() if value and name not in good),
    )


def _is_good(variable: Variable, value: str) -> bool:
    return bool((_COLOUR if variable.is_colour else _LENGTH).fullmatch(value))
