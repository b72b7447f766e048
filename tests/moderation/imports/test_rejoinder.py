"""Our own export: everything of a site goes out, and comes back the same."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from moderation import review, site_admin
from moderation.actions import Action
from moderation.comment import ThreadRef
from moderation.exports.json_lines import json_lines
from moderation.exports.run import contents_of
from moderation.imports.items import UnreadableFile
from moderation.reasons import Reason
from moderation.review import DecisionRequest
from moderation.store import Store
from moderation.store.tables import metadata
from tests.builders import (
    ADA,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    a_sealer,
    a_submission,
    received,
    settled,
)
from tests.moderation.imports.importing import add_site, exported_comments, imported, items_of
from tests.moderation.store.announcing import an_endpoint

pytestmark = pytest.mark.slow  # seconds of processor time


@pytest.fixture
def elsewhere(tmp_path: Path, _demo_template: Path) -> Iterator[Store]:
    """Another installation, with the site `demo` and another secret."""
    path = tmp_path / "elsewhere.db"
    shutil.copyfile(_demo_template, path)
    with closing(Store(f"sqlite:///{path}", a_sealer(b"another secret, also of 32 bytes"))) as store:
        yield store


@pytest.fixture
def exported(tmp_path: Path) -> Callable[..., Path]:
    """Writes the export of a site's store into a file."""

    def exported(store: Store, *, with_emails: bool = True, name: str = "site.jsonl") -> Path:
        path = tmp_path / name
        with store.read() as uow:
            contents = contents_of(uow, uow.sites.get("demo"), with_emails=with_emails, at=NOON)
            path.write_text("".join(json_lines(contents)), "utf-8")
        return path

    return exported


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def a_life(store: Store) -> None:
    """A comment in each state that one can be in, with scores, replies, decisions and an undo."""
    dispatch = RecordingDispatch()
    top = settled(store, received(store, a_submission("Top, Zoë 🥖\n\nTwo", website="https://a.example.org")))
    decide(store, top.id, 1, Action.APPROVE, None, "fine")
    reply = settled(
        store, received(store, a_submission("Reply", parent=top.id), at=NOON + SECOND), a_score(spam=0.97)
    )
    done = decide(store, reply.id, 1, Action.REJECT, Reason.OFF_TOPIC, "")
    review.undo(store, dispatch, done.decision.id, ADA, sites=["demo"], at=NOON + 9 * SECOND)
    received(store, a_submission("Waits", thread=ThreadRef("/other?p=1", "", "")), at=NOON + 2 * SECOND)
    spam = settled(store, received(store, a_submission("Buy"), at=NOON + 3 * SECOND), a_score(spam=0.999))
    assert spam.status == "rejected"
    store.write(lambda uow: uow.threads.begin("demo", ThreadRef("/was", "", ""), at=NOON))
    store.write(lambda uow: site_admin.move_thread(uow, "demo", "/was", "/is", by_id="console", at=NOON))
    signed = {"by_id": "console", "at": NOON}
    store.write(lambda uow: site_admin.close_thread(uow, "demo", "/closed", is_closed=True, **signed))
    store.write(lambda uow: site_admin.keep_open(uow, "demo", "/open", is_kept=True, **signed))


def decide(store: Store, id: str, revision: int, action: Action, reason: Reason | None, note: str) -> Any:
    request = DecisionRequest(id, action, revision, reason, note)
    return review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON + 8 * SECOND)


def test_everything_that_goes_out_comes_back_the_same(store, elsewhere, exported):
    a_life(store)
    before = exported(store)

    found = imported(elsewhere, "rejoinder", before)
    after = exported(elsewhere, name="again.jsonl")

    assert lines_of(before)[1:] == lines_of(after)[1:]
    assert {each["status"] for each in lines_of(before) if "status" in each} == {"approved", "pending", "rejected"}
    assert sum(len(each.get("decisions", ())) for each in lines_of(after)) == 6
    assert found.outcomes == {"imported": 4}
    with elsewhere.read() as uow:
        assert uow.threads.get("demo", "/was").key == "/is"
        assert uow.threads.get("demo", "/open").kept_open
        assert uow.threads.get("demo", "a-page").created_at == NOON
    found.assert_balanced()


@pytest.mark.slow
def test_and_back_into_postgresql(postgresql_store, sqlite_store, exported):
    a_life(sqlite_store)
    before = exported(sqlite_store)

    found = imported(postgresql_store, "rejoinder", before)

    assert lines_of(exported(postgresql_store, name="again.jsonl"))[1:] == lines_of(before)[1:]
    found.assert_balanced()


def test_a_second_import_changes_nothing(sqlite_store, elsewhere, exported):
    a_life(sqlite_store)
    path = exported(sqlite_store)
    imported(elsewhere, "rejoinder", path)
    before = rows(elsewhere)

    found = imported(elsewhere, "rejoinder", path)

    assert found.outcomes == {"already_there": 4}
    assert rows(elsewhere) == before


def test_a_site_knows_its_own_comments_again(sqlite_store, exported):
    a_life(sqlite_store)
    before = rows(sqlite_store)

    found = imported(sqlite_store, "rejoinder", exported(sqlite_store))

    assert found.outcomes == {"already_there": 4}
    assert rows(sqlite_store) == before


def test_another_site_of_the_installation_gets_copies_with_ids_of_their_own(sqlite_store, exported):
    a_life(sqlite_store)
    add_site(sqlite_store, "copy")

    found = imported(sqlite_store, "rejoinder", exported(sqlite_store), site_id="copy")

    with sqlite_store.read() as uow:
        originals = [each.comment for each in exported_comments(uow, "demo")]
    assert [each.body for each in found.comments] == [each.body for each in originals]
    assert {each.id for each in found.comments}.isdisjoint({each.id for each in originals})
    assert found.tree["Reply"] == "Top, Zoë 🥖\n\nTwo"
    assert found.emails == ["rita@reader.example"] * 4
    found.assert_balanced()


def test_nothing_is_announced_to_endpoints(sqlite_store, elsewhere, exported):
    an_endpoint(elsewhere, "demo")
    a_life(sqlite_store)

    imported(elsewhere, "rejoinder", exported(sqlite_store))

    with elsewhere.read() as uow:
        assert uow.statistics.deliveries() == {"waiting": 0, "delivered": 0, "given_up": 0}


def test_only_what_is_pending_is_scored_again(sqlite_store, elsewhere, exported):
    a_life(sqlite_store)

    imported(elsewhere, "rejoinder", exported(sqlite_store))

    claimed = elsewhere.write(lambda uow: uow.comments.claim(limit=9, at=NOON, lease=SECOND))
    assert [each.body for each in claimed] == ["Waits"]


def test_no_address_is_in_an_export_that_was_not_asked_for_them(sqlite_store, exported):
    a_life(sqlite_store)

    text = exported(sqlite_store, with_emails=False).read_text("utf-8")

    assert "rita" not in text and '"email"' not in text


def test_readers_get_the_new_comments_at_once(sqlite_store, elsewhere, exported):
    a_life(sqlite_store)
    thread = elsewhere.write(lambda uow: uow.threads.begin("demo", ThreadRef("a-page"), at=NOON))
    with elsewhere.read() as uow:
        before = uow.threads.get("demo", "a-page").version

    imported(elsewhere, "rejoinder", exported(sqlite_store))

    with elsewhere.read() as uow:
        assert uow.threads.get("demo", "a-page").version > before
        assert len(uow.threads.outline(thread)) == 1


def test_a_run_has_its_two_entries_in_the_audit_trail(sqlite_store, elsewhere, exported):
    a_life(sqlite_store)

    imported(elsewhere, "rejoinder", exported(sqlite_store))

    with elsewhere.read() as uow:
        facts = [entry.fact for entry in uow.audit.entries("demo")]
    runs = [fact for fact in facts if fact.action.startswith("import.")]
    assert [fact.action for fact in runs] == ["import.started", "import.finished"]
    assert runs[1].detail["imported"] == 4
    assert all(fact.detail["imported"] for fact in facts if fact.action.startswith("decision."))


def test_a_newer_version_is_named_with_what_to_do(exported, sqlite_store):
    path = exported(sqlite_store)
    path.write_text(path.read_text().replace('"version": 1', '"version": 2'))

    with pytest.raises(UnreadableFile, match=r"^line 1: The file has version 2 of the format; .* up to 1\. Upgrade"):
        items_of("rejoinder", path)


@pytest.mark.parametrize("begin", ["", "{}\n", "[]\n", "no json\n", '{"format": "rejoinder"}\n'])
def test_a_file_that_is_no_export_is_refused_at_its_first_line(tmp_path, begin):
    path = tmp_path / "x.jsonl"
    path.write_text(begin)

    with pytest.raises(UnreadableFile, match=r"^line 1: "):
        items_of("rejoinder", path)


def test_a_last_line_that_was_cut_is_named_and_the_others_stay(sqlite_store, elsewhere, exported):
    a_life(sqlite_store)
    path = exported(sqlite_store)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if json.loads(line).get("type") == "comment")
    path.write_text("".join(lines[: first + 1]) + lines[first + 1][:40], "utf-8")

    found = imported(elsewhere, "rejoinder", path)

    assert found.report.problem == f"line {first + 2}: The file ends in the middle of this line."
    assert found.outcomes == {"imported": 1}
    found.assert_balanced()


def test_a_file_that_ends_between_two_lines_is_not_whole_either(sqlite_store, elsewhere, exported):
    a_life(sqlite_store)
    path = exported(sqlite_store)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), "utf-8")

    found = imported(elsewhere, "rejoinder", path)

    assert found.report.problem.startswith(f"line {len(lines) - 1}: The file ends here without its last line")
    assert found.outcomes == {"imported": 4}


@pytest.mark.parametrize(
    "change",
    [
        {"id": "cmt_1"},
        {"id": 7},
        {"status": "unknown"},
        {"received_at": None},
        {"received_at": "yesterday"},
        {"thread": "a-page"},
        {"decisions": [{}]},
        {"decisions": 5},
        {"revision": -1},
        {"revision": 10**30},
        {"spam": "much"},
        {"spam": 1e400},
        {"score": {"spam": 1}},
        {"body": ["text"]},
        {"email": {"a": 1}},
        {"signals": 3},
    ],
    ids=str,
)
def test_a_line_that_is_wrong_is_refused_and_the_others_go_on(sqlite_store, elsewhere, exported, change):
    a_life(sqlite_store)
    path = exported(sqlite_store)
    lines = lines_of(path)
    wrong = next(n for n, line in enumerate(lines) if line.get("body") == "Buy")
    lines[wrong] |= change
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    found = imported(elsewhere, "rejoinder", path)

    assert found.outcomes == {"imported": 3, "refused": 1}
    [row] = [row for row in found.rows if row.outcome == "refused"]
    assert (row.place, row.codes) == (f"line {wrong + 1}", ("not_readable",))
    found.assert_balanced()


@pytest.mark.parametrize("field", ["revision", "id"])
def test_decisions_that_are_there_twice_are_refused(sqlite_store, elsewhere, exported, field):
    a_life(sqlite_store)
    path = exported(sqlite_store)
    lines = lines_of(path)
    reply = next(line for line in lines if line.get("body") == "Reply")
    reply["decisions"][1][field] = reply["decisions"][0][field]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))

    found = imported(elsewhere, "rejoinder", path)

    assert found.codes(reply["id"]) == ["not_readable"]
    assert found.outcomes == {"imported": 3, "refused": 1}


def rows(store: Store) -> dict[str, list[str]]:
    """Every row of every table."""
    with store.read() as uow:
        return {
            each.name: sorted(map(repr, uow.connection.execute(select(each)).all()))
            for each in metadata.sorted_tables
        }
