"""A database that Isso itself made, from its package: its own rules for names, parents and deleted comments."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.installations import ISSO
from tests.moderation.imports.importing import imported, named

pytestmark = pytest.mark.slow

SCRIPT = """
import json, sys
from isso import Isso, config, core
from werkzeug.test import Client
from werkzeug.wrappers import Response

class App(Isso, core.Mixin):
    pass

def client(moderated):
    conf = config.load(config.default_file())
    conf.set("general", "dbpath", sys.argv[1])
    conf.set("guard", "enabled", "off")
    conf.set("hash", "algorithm", "none")
    conf.set("moderation", "enabled", moderated)
    return Client(App(conf), Response)

def new(client, text, parent=None, **fields):
    sent = {"text": text, "parent": parent, "title": "A page", **fields}
    answer = client.post("/new?uri=%2Fa-page%2F", json=sent, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert answer.status_code in (201, 202), answer.data
    return json.loads(answer.data)["id"]

open_site = client("false")
ada = {"author": "Ada & <Co>", "email": "ada@example.org", "website": "https://ada.example.org/"}
new(open_site, "Good *bread* & <b>butter</b>\\n\\n> quoted", **ada)
gone = new(open_site, "To be deleted", author="Eve")
new(open_site, "A reply to it", parent=gone)
assert open_site.delete(f"/id/{gone}").status_code == 200
new(client("true"), "Held", author="Ben")
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of an Isso with a comment in each of its modes."""
    folder = tmp_path_factory.mktemp("isso")
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    installed = subprocess.run([python, "-m", "pip", "install", "--quiet", ISSO], capture_output=True, check=False)
    if installed.returncode:
        pytest.skip(f"{ISSO} cannot be installed here")
    subprocess.run([python, "-I", "-c", SCRIPT, folder / "comments.db"], check=True, capture_output=True)
    return folder / "comments.db"


def test_what_isso_wrote_is_what_is_imported(sqlite_store, database):
    found = imported(sqlite_store, "isso", database)

    comments = named(found.comments)
    top = comments["Good *bread* & <b>butter</b>\n\n> quoted"]
    assert (top.name, top.website, top.masked_address) == ("Ada & <Co>", "https://ada.example.org/", "192.0.2.0/24")
    assert (top.thread.key, top.thread.title) == ("/a-page/", "A page")
    assert {body: each.status.value for body, each in comments.items()} == {
        top.body: "approved",
        "A reply to it": "approved",
        "Held": "pending",
    }
    assert comments["A reply to it"].name == "Anonymous"
    assert found.outcomes == {"imported": 3, "skipped": 1}
    assert found.emails[0] == "ada@example.org"
    found.assert_balanced()
