"""`python -m bench.widget.pictures FOLDER`: the form in five themes, light and dark, wide and narrow, ltr and rtl.

`--theme NAME` takes those of one theme only. Each picture is `theme-scheme-width-direction.png`.
"""

import argparse
from itertools import product
from pathlib import Path

from bench.widget.stage import Stage, stage
from bench.widget.themes import THEMES, themed
from tests.chromium import chromium

WIDTHS = (320, 1280)
LANGUAGES = {"ltr": "en", "rtl": "ar"}


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--only", default="", help="part of the names of the pictures to take")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with stage() as at, chromium() as browser:
        at.say("rye")
        for theme, scheme, width, direction in product(asked.theme or THEMES, ("light", "dark"), WIDTHS, LANGUAGES):
            name = f"{theme}-{scheme}-{width}-{direction}"
            if asked.only not in name:
                continue
            page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page.goto(at.host.origin + put(at, theme, scheme, direction))
            page.locator(".rejoinder-comment").first.wait_for()
            page.screenshot(path=asked.folder / f"{name}.png", full_page=True)
            page.close()
            print(name)


def put(at: Stage, theme: str, scheme: str, direction: str) -> str:
    """Put such a page onto the host; returns its path."""
    path = f"/{theme}-{scheme}-{direction}"
    script = f'<script src="{at.url}/embed.js" defer data-site="demo" data-thread="rye"></script>'
    at.host.pages[path] = themed(theme, script, scheme=scheme, lang=LANGUAGES[direction], dir=direction)
    return path


if __name__ == "__main__":
    main()
