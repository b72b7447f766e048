"""Updates the message catalogues from the source: moderation/locales/messages.pot and every language's messages.po.

    script/messages            extract, update and compile
    script/messages --check    fail if a catalogue is stale, incomplete, or has other placeholders than the source
    script/messages --add de   begin a catalogue for German

English has no catalogue: the message ids are English.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "moderation" / "locales"
TEMPLATE = LOCALES / "messages.pot"
KEYWORDS = {**DEFAULT_KEYWORDS, "Plural": (1, 2)}
PACKAGES = ("moderation", "models", "worker", "service")
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2"), ("static/**.js", "javascript")]
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)  # a date that changes with every run would make every run a change

_USELESS_HEADERS = (b'"Generated-By', b'"Report-', b'"Last-Tr', b'"Language-Team', b'"POT-', b'"PO-Rev', b'"Project-')
_PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def main() -> int:
    """Run the command line; 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail if anything would change")
    parser.add_argument("--add", metavar="LANGUAGE", help="begin a catalogue for this language, such as de or pt_BR")
    asked = parser.parse_args()
    if asked.check:
        problems = list(check())
        print("\n".join(problems) or "The catalogues are complete.")
        return 1 if problems else 0
    update(asked.add)
    return 0


def update(new_language: str | None = None) -> None:
    """Write the template and every catalogue anew, and compile them."""
    template = extract()
    _write(TEMPLATE, template)
    if new_language:
        path = LOCALES / new_language / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, _empty_catalog(new_language))
    for path in catalogues():
        merged = _merged(path, template)
        _write(path, merged)
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, merged)


def check() -> Iterator[str]:
    """What is wrong: texts that are missing or stale, translations that are missing or have other placeholders."""
    template = extract()
    if TEMPLATE.read_bytes() != _written(template):
        yield f"{TEMPLATE.relative_to(ROOT)} is not what the source says: run script/messages."
    for path in catalogues():
        name, merged = path.relative_to(ROOT), _merged(path, template)
        if path.read_bytes() != _written(merged):
            yield f"{name} does not have exactly the texts of the source: run script/messages."
        for message in (each for each in merged if each.id):
            if message.fuzzy or not all(_texts(message.string)):
                yield f"{name} has no translation of {message.id!r}."
            elif wrong := _other_placeholders(message):
                yield f"{name}: {wrong!r} has other placeholders than {message.id!r}."


def extract() -> Catalog:
    """The texts of the source, in the order of the files."""
    catalog = _empty_catalog()
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, METHODS, OPTIONS, KEYWORDS, ("Translators:",))
        for name, line, texts, comments, context in sorted(found, key=lambda each: each[:2]):
            catalog.add(texts, None, [(f"{package}/{name}", line)], auto_comments=comments, context=context)
    return catalog


def catalogues() -> list[Path]:
    """Every language's catalogue."""
    return sorted(LOCALES.glob("*/LC_MESSAGES/messages.po"))


def _merged(path: Path, template: Catalog) -> Catalog:
    """The template's texts with the translations of this catalogue."""
    language = path.parents[1].name
    with path.open("rb") as file:
        translated = read_po(file, locale=language)
    merged = _empty_catalog(language)
    for message in (each for each in template if each.id):
        known = translated.get(message.id, message.context)
        merged[message.id] = message.clone()
        if known:
            merged.get(message.id, message.context).string = known.string
    return merged


def _empty_catalog(language: str | None = None) -> Catalog:
    return Catalog(
        locale=language,
        header_comment="# Written by script/messages from the source. Translate each msgid into its msgstr.\n"
        "# To add a language: script/messages --add de",
        project="Rejoinder",
        creation_date=LONG_AGO,
        revision_date=LONG_AGO,
        fuzzy=False,
    )


def _written(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalog, width=118, sort_by_file=True, include_lineno=False)
    lines = buffer.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_USELESS_HEADERS))


def _write(path: Path, catalog: Catalog) -> None:
    path.write_bytes(_written(catalog))


def _other_placeholders(message: Message) -> str | None:
    """The first translation whose placeholders are not those of the text; a plural form may leave out the number."""
    ids = _texts(message.id)
    wanted = set().union(*(_placeholders(text) for text in ids))
    optional = {"n"} if len(ids) > 1 else set()
    wrong = (text for text in _texts(message.string) if text and (_placeholders(text) ^ wanted) - optional)
    return next(wrong, None)


def _placeholders(text: str) -> set[str]:
    return {percent or brace for percent, brace in _PLACEHOLDER.findall(text)}


def _texts(texts: str | tuple[str, ...] | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


if __name__ == "__main__":
    sys.exit(main())
