"""The scripts of the form in one file each: the modules of `static/embed` joined, and minified by a build.

A module begins with its imports, each `import { name } from "./file.js";` or `import TEXT from "./file.css";`, and
exports by writing `export` before a declaration. Names at the top of a module are its own among all modules, so
joining them renames nothing. In a source tree that was not built, the joined modules are served as they are.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

STATIC = Path(__file__).parent / "static"
SOURCES, BUILT = STATIC / "embed", STATIC / "_built"
PARTS = ("counts.mjs", "kinder.mjs", "markdown.mjs", "proof.mjs", "reporting.mjs", "writing.mjs")
"""What the script loads when a page needs it."""

BUNDLES = ("embed.js", "embed.mjs", *PARTS)
STYLES, DIALOG_STYLES = "embed.css", "reporting.css"
KINDS = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".css": "text/css",
    ".json": "application/json",
    ".ts": "text/plain",
}

_IMPORT = re.compile(r'^import (?:(\w+)|\{[^}]*\}) from "\./([\w.]+)";\n', re.M)
_EXPORT = re.compile(r"^export (?=async |class |const |function |let )", re.M)
_NAME = re.compile(r"^(?:async )?(?:class|const|function|let) (\w+)", re.M)


def source(name: str) -> str:
    """A style sheet, or a bundle as it is in a source tree."""
    return (SOURCES / name).read_text("utf-8") if name.endswith(".css") else _bundle(name)


def built(name: str) -> str:
    """The same minified, if the package was built with these sources; else as it is."""
    path = _built_path(name)
    return path.read_text("utf-8") if path.exists() else source(name)


def build() -> None:
    """Minify what has not been since its sources changed. Needs the tool `tdewolff-minify`, as builds do."""
    from minify import string as minify  # only builds have it

    BUILT.mkdir(exist_ok=True)
    for name in (STYLES, DIALOG_STYLES, *BUNDLES):
        path = _built_path(name)
        if path.exists():
            continue
        for old in BUILT.glob(f"{path.stem.rpartition('-')[0]}-*{path.suffix}"):
            old.unlink(missing_ok=True)
        begun = path.with_suffix(".new")
        begun.write_text(minify(KINDS[path.suffix], source(name)), "utf-8")
        begun.replace(path)


def _built_path(name: str) -> Path:
    digest = hashlib.sha256(source(name).encode()).hexdigest()[:16]
    return BUILT / f"{Path(name).stem}-{digest}{Path(name).suffix}"


def _bundle(entry: str) -> str:
    """The entry's modules, each once and after those that it imports, in a scope of their own."""
    parts: dict[str, str] = {}
    _join(entry, parts)
    code = "\n".join(parts.values())
    twice = [name for name, times in Counter(_NAME.findall(code)).items() if times > 1]
    if twice:
        raise ValueError(f"{entry}: two modules have a name in common: {', '.join(twice)}.")
    return code if entry.endswith(".mjs") else f'(() => {{\n"use strict";\n{code}}})();\n'


def _join(name: str, parts: dict[str, str]) -> None:
    if name in parts:
        return
    if name.endswith(".css"):
        raise ValueError(f"{name} is a style sheet: import it by a name.")
    module = (SOURCES / name).read_text("utf-8")
    texts = []
    for constant, imported in _IMPORT.findall(module):
        if constant:
            texts.append(f"const {constant} = {json.dumps(built(imported), ensure_ascii=False)};\n")
        else:
            _join(imported, parts)
    parts[name] = "".join(texts) + _EXPORT.sub("", _IMPORT.sub("", module))
