"""The catalogues of the source tree, compiled; a German one with a few translations."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from os import getpid
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from moderation.messages import catalogues

Translation = str | tuple[str, ...]


def compile_catalogues() -> None:
    """Compile what changed since it was compiled. Several processes may do so at once."""
    for path in catalogues.LOCALES.glob("*/LC_MESSAGES/*.po"):
        compiled, begun = path.with_suffix(".mo"), path.with_suffix(f".{getpid()}")
        if compiled.exists() and compiled.stat().st_mtime > path.stat().st_mtime:
            continue
        with path.open("rb") as source, begun.open("wb") as file:
            write_mo(file, read_po(source, locale=path.parents[1].name))
        begun.replace(compiled)


@contextmanager
def german(folder: Path, translations: Mapping[Translation, Translation]) -> Iterator[None]:
    """While this lasts, German has these translations, and there is no other language but English.

    A pair is a singular and a plural. A text in a context is "context|text".
    """
    catalog = Catalog(locale="de", fuzzy=False)
    for text, translation in translations.items():
        context, _, rest = text.partition("|") if isinstance(text, str) else ("", "", "")
        catalog.add(rest or text, translation, context=context if rest else None)
    compiled = folder / "de" / "LC_MESSAGES"
    compiled.mkdir(parents=True)
    for domain in (catalogues.PUBLIC, catalogues.DASHBOARD):
        with (compiled / f"{domain}.mo").open("wb") as file:
            write_mo(file, catalog)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "LOCALES", folder)
        _forget()
        yield
    _forget()


def _forget() -> None:
    catalogues.catalogue.cache_clear()
    catalogues.languages.cache_clear()
