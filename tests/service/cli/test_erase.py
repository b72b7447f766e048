"""`rejoinder erase` and `rejoinder person`, and a restored backup, from which everything is erased again."""

import json

import pytest
from sqlalchemy import select

from moderation.comment import Email
from moderation.config.erasure_list import list_path, read_list
from moderation.config.settings import Settings
from moderation.store.tables import audit, comments
from service.process.preflight import prepare_start
from tests.builders import a_submission, received
from tests.service.cli.conftest import Console

EMAIL = "canary@reader.example"


@pytest.fixture
def written(store):
    """Two comments by one person and one by another."""
    theirs = [received(store, a_submission(f"Canary {n}", email=EMAIL)) for n in range(2)]
    return [*theirs, received(store, a_submission("Somebody else's", email="other@reader.example"))]


def bodies(store):
    with store.read() as uow:
        return sorted(uow.connection.scalars(select(comments.c.body)))


def start(home):
    said = []
    prepare_start(Settings.from_env({"REJOINDER_HOME": str(home)}), said.append)
    return said


def test_a_comment_is_erased_after_a_yes(console, store, written, home):
    refused = console("erase", written[0].id, given="n\n")
    assert refused.exit_code == 1 and "Erase 1 comments for good?" in refused.stderr
    assert bodies(store)[0] == "Canary 0"

    assert console.json("erase", written[0].id, "--yes") == {"erased": [written[0].id]}

    assert bodies(store) == ["", "Canary 1", "Somebody else's"]
    assert [each.subject for each in read_list(list_path(home))] == [written[0].id]


def test_a_comment_that_does_not_exist_is_refused(console, store):
    assert console.refusal("erase", "cmt_none", "--yes") == "There is no such comment."
    assert console.refusal("erase") == "comment: name the comments to erase, or add --replay instead."


@pytest.mark.parametrize("way", ["argument", "input", "prompt"])
def test_a_person_is_exported_whichever_way_the_address_comes(console, store, written, way):
    arguments = {"argument": [EMAIL], "input": ["-"], "prompt": []}[way]

    result = console("person", "export", *arguments, given=None if way == "argument" else f"{EMAIL}\n")

    exported = json.loads(result.stdout)
    assert {each["body"] for each in exported["comments"]} == {"Canary 0", "Canary 1"}
    assert exported["email"] == EMAIL


def test_an_address_of_which_nothing_is_known_is_told_so(console, store, written):
    result = console("person", "export", "nobody@reader.example")

    assert json.loads(result.stdout)["comments"] == []
    assert result.stderr == "Nothing was found that was written with this e-mail address.\n"
    assert console("person", "export", EMAIL).stderr == ""


def test_a_person_is_erased_and_the_trail_names_no_address(console, store, written):
    erased = console("person", "erase", "-", "--yes", "--json", given=f"{EMAIL.upper()}\n")

    assert json.loads(erased.stdout) == {"comments": 2, "checks": 0}
    assert bodies(store) == ["", "", "Somebody else's"]
    with store.read() as uow:
        said = str(uow.connection.execute(select(audit)).all())
    assert "person.erased" in said and "canary" not in said
    assert store.sealer.email_key(Email(EMAIL)).hex() not in said
    assert console.json("audit", "verify")["is_whole"]


def test_what_is_no_address_is_refused_without_repeating_it(console, store):
    assert console.refusal("person", "erase", "canary", "--yes") == "email: this is not an e-mail address."


def test_a_restored_backup_is_erased_again_at_the_next_start(console, store, written, home, tmp_path):
    backup = tmp_path / "backup.db"
    console.json("backup", str(backup))
    console("person", "erase", EMAIL, "--yes")
    store.close()

    console.json("restore", str(backup), "--replace")
    assert bodies(store) == ["Canary 0", "Canary 1", "Somebody else's"]
    store.close()
    said = start(home)

    assert bodies(store) == ["", "", "Somebody else's"]
    assert "Erased again after a restore: comments 2, sites 0." in said
    assert not any("Erased" in each for each in start(home))


def test_what_the_file_does_not_list_yet_is_taken_from_the_database_before_it_is_replaced(
    console, store, written, home, tmp_path
):
    backup = tmp_path / "backup.db"
    console.json("backup", str(backup))
    console("person", "erase", EMAIL, "--yes")
    list_path(home).unlink()
    store.close()

    console.json("restore", str(backup), "--replace")
    start(home)

    assert bodies(store) == ["", "", "Somebody else's"]


def test_a_backup_that_is_restored_elsewhere_is_erased_again_by_the_list(console, store, written, home, tmp_path):
    backup, elsewhere = tmp_path / "backup.db", Console(tmp_path / "elsewhere")
    console.json("backup", str(backup))
    console("erase", written[0].id, "--yes")
    elsewhere.json("restore", str(backup))

    done = elsewhere.json("erase", "--replay", "--list", str(list_path(home)))

    assert done == {"listed": 1, "comments": 1, "sites": 0}
    assert elsewhere.json("erase", "--replay") == {"listed": 1, "comments": 0, "sites": 0}


def test_a_site_that_was_removed_is_removed_from_a_restored_backup_but_not_a_new_one(
    console, store, written, home, tmp_path
):
    backup = tmp_path / "backup.db"
    console.json("backup", str(backup))
    console.json("site", "remove", "demo", "--export", str(tmp_path / "demo.jsonl"), "--yes")
    store.close()
    console.json("restore", str(backup), "--replace")

    start(home)
    assert bodies(store) == [] and console.json("site", "list") == []
    console("site", "add", "demo")
    start(home)

    assert [each["id"] for each in console.json("site", "list")] == ["demo"]
    with store.read() as uow:
        assert uow.statistics.conservation().is_whole


def test_a_damaged_list_is_named(console, store, home):
    list_path(home).write_text('{"kind": "comment"}\n')

    assert console.refusal("erase", "--replay") == "Line 1 of the list of erasures cannot be read."


def test_a_line_that_was_not_finished_is_left_out(console, store, written, home):
    list_path(home).write_text('{"kind": "comment", "subj')

    assert console.json("erase", "--replay") == {"listed": 0, "comments": 0, "sites": 0}
