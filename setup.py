"""Compiles the message catalogues and minifies the scripts when the package is built."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py

sys.path.insert(0, str(Path(__file__).parent))  # builds run this file elsewhere on the path

from service import bundles


class BuildWithAssets(build_py):
    """`build_py`, with a .mo beside every .po of a catalogue and minified scripts; neither is committed."""

    def run(self) -> None:
        """Compile and minify, then build."""
        bundles.build()
        for path in Path(__file__).parent.glob("moderation/locales/*/LC_MESSAGES/*.po"):
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(source, locale=path.parents[1].name))
        super().run()


setup(cmdclass={"build_py": BuildWithAssets})
