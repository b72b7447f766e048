"""What is removed of a site some at a time, so that others can write in between."""

import json

import pytest
from sqlalchemy import func, select

from moderation.erasing import remove_site
from moderation.errors import NotFound
from moderation.near_duplicates import Seen
from moderation.store.tables import comments, threads
from tests.builders import NOON, SECOND, a_check, a_site, a_submission, indexed, received

SIGNED = {"by_id": "console", "at": NOON}


@pytest.fixture
def file(tmp_path):
    """A file for the export."""
    with (tmp_path / "demo.jsonl").open("w+", encoding="utf-8") as file:
        yield file


@pytest.fixture
def other(store):
    """A second site."""
    site = a_site("other")
    store.write(lambda uow: uow.sites.add(site, at=NOON))
    return site


def lines(file):
    file.seek(0)
    return [json.loads(line) for line in file]


def count(store, table, site_id="demo"):
    with store.read() as uow:
        return uow.connection.scalar(select(func.count()).select_from(table).where(table.c.site_id == site_id))


def test_its_rows_go_some_at_a_time_the_tally_keeps_step_and_another_site_keeps_its_own(store, other):
    for site_id in ("demo", "other"):
        seen = {number: Seen(7, 0) for number in range(5)}
        store.write(lambda uow, site_id=site_id, seen=seen: uow.sketches.keep(site_id, seen, at=NOON))
    for number in range(5):
        last = received(store, a_submission(f"Page {number}", thread=f"page-{number}"), at=NOON + number * SECOND)
    received(store, site=other)
    a_check(store, site=other)
    indexed(store)

    removed = []
    while some := store.write(lambda uow: uow.site_removal.remove_some("demo", up_to=last.id, limit=2)):
        removed.append(some)
        with store.read() as uow:
            assert uow.statistics.conservation().is_whole

    assert max(removed) == 2
    assert (count(store, comments), count(store, threads)) == (0, 0)
    with store.read() as uow:
        assert uow.sketches.count() == 5
        assert len(uow.text_index.find(["comment"], most=10)) == 1
        assert uow.sites.get("demo").id == "demo"


def test_a_comment_that_comes_meanwhile_is_exported_too(store, file, monkeypatch):
    first = received(store, a_submission("First"))
    late = []

    def receive_another(name):
        if name == "site_removal.after_batch" and not late:
            late.append(received(store, a_submission("Late", thread="another"), at=NOON + SECOND))

    monkeypatch.setattr(remove_site.failpoints, "reach", receive_another)

    exported = remove_site.remove_site(store, "demo", file, **SIGNED)

    assert exported == 2
    assert [each["id"] for each in lines(file) if each.get("type") == "comment"] == [first.id, late[0].id]
    assert lines(file)[-1] == {"type": "end", "comments": 2}
    with store.read() as uow:
        assert uow.statistics.conservation().accepted == 0


def test_a_removal_that_was_broken_off_goes_on(store, file, tmp_path, monkeypatch):
    monkeypatch.setattr(remove_site, "AT_ONCE", 2)
    written = [received(store, a_submission(f"Number {n}"), at=NOON + n * SECOND) for n in range(7)]

    def stop(name):
        if count(store, comments) < 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(remove_site.failpoints, "reach", stop)
        with pytest.raises(KeyboardInterrupt):
            remove_site.remove_site(store, "demo", file, **SIGNED)
    with store.read() as uow:
        assert uow.statistics.conservation().is_whole
    with (tmp_path / "rest.jsonl").open("w+", encoding="utf-8") as rest:
        exported = remove_site.remove_site(store, "demo", rest, **SIGNED)

    assert 0 < exported < 7
    assert [each["id"] for each in lines(file) if each.get("type") == "comment"] == [each.id for each in written]
    with pytest.raises(NotFound), store.read() as uow:
        uow.sites.get("demo")
