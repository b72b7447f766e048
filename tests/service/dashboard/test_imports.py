"""Importing in the dashboard: a file is tried, imported, cancelled and reported on; and who may do so."""

import gzip
import io
import json

import pytest

from moderation.accounts import Role
from moderation.imports.uploads import UploadStatus, folder
from tests.builders import DAY, NOON, RecordingDispatch, a_policy, a_site
from tests.moderation.imports.wxr import a_comment, a_file, an_item
from worker.context import Context
from worker.importing import forget_old, import_next

pytestmark = pytest.mark.slow  # each dry run makes a database of its own

URL = "/dashboard/sites/demo/imports"


@pytest.fixture
def olga(signed_in):
    """An owner's browser."""
    return signed_in("Olga", Role.OWNER)


@pytest.fixture
def worker(settings, sqlite_store, clock):
    """What the sweeper works with."""
    return Context(settings=settings, store=sqlite_store, doorbell=RecordingDispatch(), now=clock)


@pytest.fixture
def export(tmp_path):
    """A WordPress export: two comments, and one without a text."""
    comments = [a_comment("1", "First."), a_comment("2", "Second.", parent="1"), a_comment("3", "")]
    return a_file(tmp_path, an_item(*comments, link="https://blog.example/bread/")).read_bytes()


def upload(browser, data, **fields):
    """Send the form with a file, as the browser would."""
    form = {"csrf": browser.token(), "kind": "wordpress", "file": (io.BytesIO(data), "export.xml"), **fields}
    return browser.client.post(URL, data=form, content_type="multipart/form-data", follow_redirects=True)


def work(context):
    """Do all that the sweeper would."""
    while import_next(context):
        pass


def last(store):
    with store.read() as uow:
        [newest, *_] = uow.uploads.all("demo")
    return newest


def count(store):
    with store.read() as uow:
        return uow.statistics.comments_of("demo")


def actions(store):
    with store.read() as uow:
        return [entry.fact.action for entry in uow.audit.entries("demo")]


def test_a_file_is_tried_and_then_imported(olga, worker, sqlite_store, settings, export):
    page = upload(olga, export)
    assert "is tried now" in page.text and page.headers["Refresh"]
    work(worker)

    tried = olga.get(URL)
    assert "would be; nothing was changed" in tried.text and "It has no text." in tried.text
    assert "Refresh" not in tried.headers
    assert count(sqlite_store) == 0
    olga.submit(f"{URL}/{last(sqlite_store).id}/begin")
    work(worker)

    upload_ = last(sqlite_store)
    assert (upload_.status, upload_.counts["imported"], upload_.counts["refused"]) == (UploadStatus.DONE, 2, 1)
    assert count(sqlite_store) == 2
    assert [path.suffix for path in folder(settings.home).iterdir()] == [".jsonl"]
    assert actions(sqlite_store) == ["import.uploaded", "import.requested", "import.started", "import.finished"]
    assert "Import it now" not in olga.get(URL).text


def test_pages_that_would_be_closed_by_their_age_are_counted(olga, worker, sqlite_store, export):
    sqlite_store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(close_days=30))))
    upload(olga, export)
    work(worker)

    page = olga.get(URL).text

    assert last(sqlite_store).counts["closed_by_age"] == 1
    assert "Pages closed by their age" in page and "Pages of this site close 30 days after" in page


def test_the_report_names_the_rows_that_were_not_imported_and_nothing_of_anybody(olga, worker, sqlite_store, export):
    upload(olga, export)
    work(worker)

    report = olga.get(f"{URL}/{last(sqlite_store).id}/report")

    rows = [json.loads(line) for line in report.text.splitlines()]
    assert [(row["id"], row["why"]) for row in rows] == [("3", ["empty"])]
    assert "attachment" in report.headers["Content-Disposition"]


def test_a_packed_file_is_unpacked_and_pages_that_moved_are_found(olga, worker, sqlite_store, export):
    upload(olga, gzip.compress(export), addresses="/bread/ -> /posts/bread")
    work(worker)
    olga.submit(f"{URL}/{last(sqlite_store).id}/begin")
    work(worker)

    with sqlite_store.read() as uow:
        assert uow.threads.get("demo", "/posts/bread")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "pigeon"}, "one of the answers"),
        ({"addresses": "/bread/ to /posts"}, "Pages"),
        ({"file": (io.BytesIO(b""), "")}, "hoose the file"),
    ],
)
def test_a_form_that_is_wrong_leaves_no_file_behind(olga, sqlite_store, settings, export, fields, said):
    page = upload(olga, export, **fields)

    assert page.status_code == 422 and said in page.text
    assert list(folder(settings.home).iterdir()) == []
    assert actions(sqlite_store) == []


def test_what_is_no_export_fails_and_says_where(olga, worker, sqlite_store):
    upload(olga, b"this is no XML")

    work(worker)

    assert last(sqlite_store).status is UploadStatus.FAILED
    assert last(sqlite_store).problem in olga.get(URL).text.replace("&#39;", "'")


def test_a_run_is_cancelled_between_two_batches(olga, worker, sqlite_store, clock, export, monkeypatch):
    monkeypatch.setattr("moderation.imports.run.BATCH", 1)
    upload(olga, export)
    work(worker)
    olga.submit(f"{URL}/{last(sqlite_store).id}/begin")
    import_next(worker)

    page = olga.submit(f"{URL}/{last(sqlite_store).id}/cancel")
    clock.wait(DAY / 86_400 * 2)
    work(worker)

    assert "Nothing more is read" in page.text
    assert last(sqlite_store).status is UploadStatus.CANCELLED
    assert count(sqlite_store) < 3
    olga.submit(f"{URL}/{last(sqlite_store).id}/begin")
    work(worker)
    assert count(sqlite_store) == 2


def test_a_second_file_waits_until_the_first_is_read(olga, settings, sqlite_store, export):
    upload(olga, export)

    refused = upload(olga, export)

    assert refused.status_code == 422 and "nother file is being read" in refused.text
    assert len(list(folder(settings.home).iterdir())) == 1


def test_a_run_whose_process_died_is_begun_again_after_its_lease(olga, worker, sqlite_store, clock, settings, export):
    upload(olga, export)
    import_next(worker)
    other = Context(settings=settings, store=sqlite_store, doorbell=RecordingDispatch(), now=clock)

    assert import_next(other) == 0
    clock.wait(DAY / 86_400 * (settings.lease_s + 1))
    work(other)

    assert last(sqlite_store).status is UploadStatus.DONE and last(sqlite_store).tries == 2
    worker.places.pop("import").stack.close()


def test_a_file_that_is_deleted_is_gone(olga, worker, sqlite_store, settings, export):
    upload(olga, export)
    work(worker)

    olga.submit(f"{URL}/{last(sqlite_store).id}/delete")

    assert list(folder(settings.home).iterdir()) == []
    assert "Files</h2>" not in olga.get(URL).text


def test_old_files_and_those_that_belong_to_nothing_are_deleted(olga, worker, sqlite_store, settings, clock, export):
    upload(olga, export)
    work(worker)
    (folder(settings.home) / "imp_0.part").write_bytes(b"half a file")

    forget_old(worker)
    assert len(list(folder(settings.home).iterdir())) == 3
    clock.at = max(clock.at, NOON) + 10_000 * DAY
    forget_old(worker)

    assert list(folder(settings.home).iterdir()) == []


@pytest.mark.parametrize(("role", "site", "status"), [(Role.MODERATOR, "demo", 403), (Role.OWNER, "garden", 404)])
def test_who_may_not_import_writes_nothing_to_the_disk(signed_in, garden, settings, export, role, site, status):
    assert upload(signed_in("Mina", role, site), export).status_code == status
    assert list(folder(settings.home).iterdir()) == []


def test_a_form_without_its_token_leaves_no_file_behind(olga, settings, export):
    form = {"kind": "wordpress", "file": (io.BytesIO(export), "export.xml")}

    assert olga.client.post(URL, data=form, content_type="multipart/form-data").status_code == 400
    assert list(folder(settings.home).iterdir()) == []


def test_only_this_form_may_be_larger_than_a_request_may_be(olga, settings, export):
    padding = b"<!-- " + b"x" * (settings.max_body_bytes + 1) + b" -->"

    assert upload(olga, export + padding).status_code == 200
    assert olga.submit("/dashboard/sites/demo/name", name="x" * (settings.max_body_bytes + 1)).status_code == 413
