"""`rejoinder import` and `rejoinder export`."""

import json
import re
import stat

from tests.builders import a_submission, received
from tests.moderation.imports.wxr import a_comment, a_file, an_item


def test_a_file_is_imported_and_the_numbers_are_told(console, store, tmp_path, facts):
    path = a_file(
        tmp_path, an_item(a_comment("1", "One"), a_comment("2", approved="0"), a_comment("3", approved="spam"))
    )

    result = console("import", "wordpress", str(path), "--site", "demo")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == ["Imported: 2 (1 approved, 1 pending).", "Left out: 1."]
    assert "rejected: It is spam or trash at the source, and --with-rejected was not given." in result.stdout
    assert facts("demo") == [("console", "import.started"), ("console", "import.finished")]
    assert console.json("audit", "verify")["is_whole"]


def test_a_dry_run_reports_the_same_and_changes_nothing(console, store, tmp_path, facts):
    path = a_file(
        tmp_path,
        an_item(a_comment("2", "Child", parent="1"), a_comment("1", "Top"), a_comment("3", "Orphan", parent="9")),
    )
    tried = console.json("import", "wordpress", str(path), "--site", "demo", "--dry-run")
    assert facts("demo") == []

    done = console.json("import", "wordpress", str(path), "--site", "demo")

    assert (tried.pop("dry_run"), done.pop("dry_run")) == (True, False)
    assert tried | {"seconds": 0} == done | {"seconds": 0}
    assert (done["imported"], done["attached"], done["unattached"]) == (3, 1, 1)
    again = console.json("import", "wordpress", str(path), "--site", "demo", "--dry-run")
    assert (again["imported"], again["already_there"]) == (0, 3)


def test_pages_that_the_import_closes_by_their_age_are_counted(console, store, tmp_path):
    console.json("site", "close-after", "demo", "30")
    path = a_file(tmp_path, an_item(a_comment("1", "Old")))

    tried = console("import", "wordpress", str(path), "--site", "demo", "--dry-run").stdout
    done = console("import", "wordpress", str(path), "--site", "demo").stdout

    assert (
        "Pages of the site that would be closed for comments, because they began 30 days ago or earlier: 1." in tried
    )
    assert "Pages of the site that are closed for comments, because they began 30 days ago or earlier: 1." in done
    console.json("site", "close-after", "demo", "never")
    assert "closed for comments" not in console("import", "wordpress", str(path), "--site", "demo").stdout


def test_a_dry_run_says_what_would_be_imported(console, store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1", "A"), a_comment("2", "")))

    said = console("import", "wordpress", str(path), "--site", "demo", "--dry-run").stdout

    assert "Would be imported: 1 (1 approved)." in said and "Would be" in said.partition("approved).")[2]
    assert "\nImported:" not in said


def test_the_report_has_a_line_for_each_row_and_nothing_of_a_person(console, store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1", "A secret body"), a_comment("2", "")))
    report = tmp_path / "report.jsonl"

    console.json("import", "wordpress", str(path), "--site", "demo", "--report", str(report))

    rows = [json.loads(line) for line in report.read_text().splitlines()]
    assert [(row["id"], row["outcome"], row["why"]) for row in rows] == [
        ("2", "refused", ["empty"]),
        ("1", "imported", []),
    ]
    assert all(re.fullmatch(r"comment \d+", row["place"]) for row in rows)
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    assert not re.search("secret|ada|Ada|192", report.read_text())


def test_pages_are_mapped_by_a_file(console, store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1")))
    (tmp_path / "map").write_text("# pages that moved\n~ https://blog\\.example/(.*)/ -> /new/\\1\n", "utf-8")

    console.json("import", "wordpress", str(path), "--site", "demo", "--map", str(tmp_path / "map"))

    with store.read() as uow:
        assert uow.threads.get("demo", "/new/a-page").url == "https://blog.example/new/a-page"


def test_a_wrong_line_of_the_mapping_file_is_named(console, store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1")))
    (tmp_path / "map").write_text("/a -> /b\n~ ( -> /c\n", "utf-8")

    refusal = console.refusal("import", "wordpress", str(path), "--site", "demo", "--map", str(tmp_path / "map"))

    assert refusal.startswith("map: line 2 has no valid regular expression")


def test_a_file_that_breaks_off_fails_and_says_what_was_kept(console, store, tmp_path):
    path = a_file(tmp_path, an_item(a_comment("1"), a_comment("2")))
    path.write_bytes(path.read_bytes()[:-200])

    result = console("import", "wordpress", str(path), "--site", "demo")

    assert result.exit_code == 1
    assert "Imported: 1 (1 approved)." in result.stdout
    assert "The file could not be read to its end: line " in result.stdout


def test_an_unknown_site_or_file_is_named(console, store, tmp_path):
    path = a_file(tmp_path)

    missing = console.refusal("import", "wordpress", str(tmp_path / "none"), "--site", "demo")
    unknown = console.refusal("import", "wordpress", str(path), "--site", "other")

    assert missing == f"file: '{tmp_path}/none' cannot be read: No such file or directory."
    assert unknown.startswith("There is no such site.")


def test_two_sources_of_one_kind_are_distinguished_by_name(console, store, tmp_path):
    first = a_file(tmp_path, an_item(a_comment("1", "Of the first blog")))
    console.json("import", "wordpress", str(first), "--site", "demo")
    second = a_file(tmp_path, an_item(a_comment("1", "Of the second blog")))

    done = console.json("import", "wordpress", str(second), "--site", "demo", "--source", "second")

    assert done["imported"] == 1


def test_an_export_is_imported_again_from_the_command_line(console, store, tmp_path, facts):
    received(store, a_submission("Bread, Zoë", email="zoe@example.org"))

    exported = console("export", "--site", "demo")
    path = tmp_path / "x.jsonl"
    path.write_text(exported.stdout, "utf-8")
    console("site", "add", "copy")
    done = console.json("import", "rejoinder", str(path), "--site", "copy")

    assert done["imported"] == 1 and done["problem"] is None
    assert "zoe@example.org" not in exported.stdout
    assert facts("demo") == [("console", "site.exported")]


def test_addresses_are_exported_only_when_asked_for_and_the_trail_says_so(console, store):
    received(store, a_submission(email="zoe@example.org"))

    exported = console("export", "--site", "demo", "--with-emails")

    assert '"email": "zoe@example.org"' in exported.stdout
    with store.read() as uow:
        [entry] = uow.audit.entries("demo")
    assert entry.fact.detail == {"format": "jsonl", "emails": True}


def test_an_export_of_no_site_is_refused(console, store):
    assert console.refusal("export", "--site", "none").startswith("There is no such site.")
