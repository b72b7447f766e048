"""Compiles the message catalogues when the package is built. Everything else about it stands in pyproject.toml."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    """`build_py`, with a .mo beside every .po of a catalogue; .mo files are not committed."""

    def run(self) -> None:
        """Compile, then build."""
        for path in Path(__file__).parent.glob("moderation/locales/*/LC_MESSAGES/*.po"):
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(source, locale=path.parents[1].name))
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
