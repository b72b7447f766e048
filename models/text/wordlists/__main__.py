"""Builds the shipped lists from the published ones: `python -m models.text.wordlists --data FOLDER`."""

import argparse
import re
from collections.abc import Iterable
from pathlib import Path

_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+")
_SHARED = frozenset(("amazonaws.com", "blogspot.com", "wordpress.com", "github.io", "google.com", "youtube.com"))

SHORTENERS = ("url_shorteners.txt",)
SPAMMED = ("referrer_spammers.txt", "yt_SpamDomainsList.txt")


def main() -> None:
    """Write `shorteners.txt` and `spam_domains.txt` next to this file, sorted, so that a rebuild is reproducible."""
    parser = argparse.ArgumentParser(prog="python -m models.text.wordlists", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds lists/")
    folder = parser.parse_args().data / "lists"
    short = _domains(folder / name for name in SHORTENERS)
    spam = _domains(folder / name for name in SPAMMED) - short - _SHARED
    for name, domains in (("shorteners.txt", short), ("spam_domains.txt", spam)):
        (Path(__file__).parent / name).write_text("".join(f"{d}\n" for d in sorted(domains)), encoding="utf-8")
        print(f"{name}: {len(domains):,} domains")


def _domains(files: Iterable[Path]) -> set[str]:
    lines = (line.strip().lower() for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return {line for line in lines if _DOMAIN.fullmatch(line)}


if __name__ == "__main__":
    main()
