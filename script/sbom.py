"""Prints a CycloneDX 1.6 bill of materials of `requirements.lock`: packages, hashes, licences and who needs whom.

The same lock file gives the same document, byte for byte: it has no date, and its serial number is a digest.
"""

import json
import re
import sys
import tomllib
import uuid
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parent.parent
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)(?: ; (.*?))? \\\n((?:[ ]{4}.*\n?)+)", re.MULTILINE)
"""A package, its version, its marker, and its indented lines: hashes, then the comment with its dependents."""


def bill_of_materials(lock: str, project: dict, licences: dict[str, str]) -> dict:
    """The document. lock: text of the lock file. project: of pyproject.toml. licences: by package."""
    root = {
        "type": "application",
        "bom-ref": project["name"],
        "name": project["name"],
        "version": project["version"],
        "licenses": [{"license": {"id": project["license"]}}],
    }
    found = LOCKED.findall(lock)
    references = defaultdict(list)  # one package may have several versions, each for its Python
    for name, version, *_ in found:
        references[name].append(purl(name, version))
    needs = defaultdict(set)
    for name, version, _, lines in found:
        for dependent in dependents(lines, set(references)):
            for reference in references[dependent] if dependent else [project["name"]]:
                needs[reference].add(purl(name, version))
    refs = [project["name"], *(purl(name, version) for name, version, *_ in found)]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_URL, lock).urn,
        "version": 1,
        "metadata": {"component": root},
        "components": [component(*each, licences) for each in found],
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref])} for ref in refs],
    }


def component(name: str, version: str, marker: str, lines: str, licences: dict[str, str]) -> dict:
    """One package. Its hashes are those of all its files, of every platform."""
    hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", lines)
    described = {
        "type": "library",
        "bom-ref": purl(name, version),
        "name": name,
        "version": version,
        "purl": purl(name, version),
        "hashes": [{"alg": "SHA-256", "content": each} for each in hashes],
    }
    if name in licences:
        described["licenses"] = [{"license": {"name": licences[name]}}]
    if marker:
        described["properties"] = [{"name": "python:marker", "value": marker}]
    return described


def purl(name: str, version: str) -> str:
    """The package URL of a version."""
    return f"pkg:pypi/{name}@{version}"


def dependents(lines: str, known: set[str]) -> set[str]:
    """The packages that need one, from the comment under it; "" for the project itself."""
    comment = lines.partition("# via")[2]
    words = {line.strip("# ") for line in comment.splitlines()} - {""}
    return {word if word in known else "" for word in words}


def main() -> None:
    """Print the document."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    table = (ROOT / "docs/licences.md").read_text("utf-8")
    licences = dict(re.findall(r"^\| ([a-z0-9-]+) \| ([^|]*) \|$", table, re.MULTILINE))
    document = bill_of_materials((ROOT / "requirements.lock").read_text("utf-8"), project, licences)
    json.dump(document, sys.stdout, indent=1, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()
