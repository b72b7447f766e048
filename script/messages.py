"""Updates the message catalogues in moderation/locales from the source.

    script/messages            extract, update and compile
    script/messages --check    fail if a catalogue is stale, or `public` incomplete, or a placeholder wrong
    script/messages --add de   begin the public catalogue for German; --add de --dashboard: that of the dashboard

There are two catalogues. `public` has every text that authors and readers see: those of the files in PUBLIC_PLACES,
and those marked with `P_` or `PublicPlural` elsewhere. It has to be complete in every language. `dashboard` has the
rest and may be incomplete. English has no catalogue: the message ids are English.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LOCALES = ROOT / "moderation" / "locales"
PUBLIC, DASHBOARD = DOMAINS = ("public", "dashboard")
PUBLIC_PLACES = (
    "service/embed/",
    "service/templates/embed/",
    "service/static/embed/",
    "service/templates/problem.html",
    "service/formats/",
    "service/api/comment_formats.py",
    "service/submissions/plain_form.py",
    "service/http/dates.py",
    "moderation/mail/reader_letters.py",
    "moderation/messages/catalogues.py",
    "moderation/messages/message.py",
)
PUBLIC_KEYWORDS = {"P_": None, "PublicPlural": (1, 2)}
KEYWORDS = {**DEFAULT_KEYWORDS, **PUBLIC_KEYWORDS, "Plural": (1, 2)}
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
    parser.add_argument("--dashboard", action="store_true", help="with --add: the dashboard's, not the public one")
    asked = parser.parse_args()
    if asked.check:
        problems = list(check())
        print("\n".join(problems) or "The catalogues are complete.")
        return 1 if problems else 0
    if asked.add:
        add(asked.add, DASHBOARD if asked.dashboard else PUBLIC)
    update()
    return 0


def add(language: str, domain: str) -> None:
    """Begin a language's catalogue."""
    path = LOCALES / language / "LC_MESSAGES" / f"{domain}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    _write(path, _empty_catalog(language))


def update() -> None:
    """Write the templates and every catalogue anew, and compile them."""
    for domain, template in extract().items():
        _write(_template_path(domain), template)
        for path in catalogues(domain):
            merged = _merged(path, template)
            _write(path, merged)
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, merged)


def check() -> Iterator[str]:
    """What is wrong: texts that are missing or stale, public ones without a translation, and other placeholders."""
    for domain, template in extract().items():
        path = _template_path(domain)
        if path.read_bytes() != _written(template):
            yield f"{path.relative_to(ROOT)} is not what the source says: run script/messages."
        for path in catalogues(domain):
            yield from _wrong_in(path, template)


def _wrong_in(path: Path, template: Catalog) -> Iterator[str]:
    name, merged = path.relative_to(ROOT), _merged(path, template)
    if path.read_bytes() != _written(merged):
        yield f"{name} does not have exactly the texts of the source: run script/messages."
    for message in (each for each in merged if each.id):
        texts = _texts(message.string)
        if path.stem == PUBLIC and (message.fuzzy or not all(texts) or len(texts) != _count(message, merged)):
            yield f"{name} has no translation of {message.id!r}."
        elif wrong := _other_placeholders(message):
            yield f"{name}: {wrong!r} has other placeholders than {message.id!r}."


def _count(message: Message, catalog: Catalog) -> int:
    """How many forms the translation needs: of a plural, one per form that the language has by CLDR."""
    return int(catalog.num_plurals) if message.pluralizable else 1


def extract() -> Mapping[str, Catalog]:
    """The texts of the source by domain, in the order of the files. A text that is in both places is public."""
    every, marked = list(_found(KEYWORDS)), list(_found(PUBLIC_KEYWORDS))
    public = {_key(each) for each in marked} | {_key(each) for each in every if each[0].startswith(PUBLIC_PLACES)}
    catalogs = {domain: _empty_catalog() for domain in DOMAINS}
    for each in every:
        name, line, texts, comments, context = each
        catalog = catalogs[PUBLIC if _key(each) in public else DASHBOARD]
        catalog.add(texts, None, [(name, line)], auto_comments=comments, context=context)
    return catalogs


_Found = tuple[str, int, Any, list[str], str | None]


def _found(keywords: Mapping[str, Any]) -> Iterator[_Found]:
    """File, line, text or texts, comments and context of each text."""
    for package in PACKAGES:
        found = extract_from_dir(ROOT / package, METHODS, OPTIONS, keywords, ("Translators:",))
        for name, *rest in sorted(found, key=lambda each: each[:2]):
            yield (f"{package}/{name}", *rest)


def _key(found: _Found) -> tuple[str, str | None]:
    """What a catalogue knows a text by."""
    texts = found[2]
    return (texts if isinstance(texts, str) else texts[0]), found[4]


def catalogues(domain: str) -> list[Path]:
    """Every language's catalogue."""
    return sorted(LOCALES.glob(f"*/LC_MESSAGES/{domain}.po"))


def _template_path(domain: str) -> Path:
    return LOCALES / f"{domain}.pot"


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
    optional = {"n", "count"} if len(ids) > 1 else set()
    wrong = (text for text in _texts(message.string) if text and (_placeholders(text) ^ wanted) - optional)
    return next(wrong, None)


def _placeholders(text: str) -> set[str]:
    return {percent or brace for percent, brace in _PLACEHOLDER.findall(text)}


def _texts(texts: str | tuple[str, ...] | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


if __name__ == "__main__":
    sys.exit(main())
