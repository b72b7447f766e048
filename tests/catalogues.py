"""A German catalogue with a few translations, compiled as a release compiles its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from moderation.messages import catalogues

Translation = str | tuple[str, ...]


@contextmanager
def german(folder: Path, translations: Mapping[Translation, Translation]) -> Iterator[None]:
    """While this lasts, German has these translations, and there is no other language but English.

    A pair is a singular and a plural. A text in a context is "context|text".
    """
    catalog = Catalog(locale="de", fuzzy=False)
    for text, translation in translations.items():
        context, _, rest = text.partition("|") if isinstance(text, str) else ("", "", "")
        catalog.add(rest or text, translation, context=context if rest else None)
    path = folder / "de" / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalog)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogues, "LOCALES", folder)
        _forget()
        yield
    _forget()


def _forget() -> None:
    catalogues.catalogue.cache_clear()
    catalogues.languages.cache_clear()
