"""`rejoinder site remove` and `rejoinder site origin`."""

import json
import stat

from sqlalchemy import JSON, BigInteger, Boolean, Float, Integer, LargeBinary, func, insert, select

from moderation import site_admin, triage
from moderation.accounts import Role, Scope
from moderation.audit import verify
from moderation.comment import Email
from moderation.erasing.retention import Destroyed, Retention
from moderation.follows import Follow
from moderation.near_duplicates import Sketch
from moderation.store.database.utc_timestamp import UtcTimestamp
from moderation.store.imports import Known
from moderation.store.site_removal import belongs_to
from moderation.store.tables import metadata
from tests.builders import LEASE, NOON, SECOND, a_check, a_score, a_site, a_submission, indexed, received, settled
from tests.moderation.store.announcing import an_endpoint, claim, record

OF_NO_SITE = {"mail_addresses", "installation", "moderators", "sign_ins", "erasures", "data_requests", "data_links"}
OF_NO_SITE |= {"bulk_runs", "saved_views", "second_factors", "recovery_codes", "passkeys"}
AUTHOR = {"name": "Ann", "email": "ann@reader.example", "website": "https://ann.example"}


def test_a_removed_origin_may_send_nothing_and_the_others_stay(console, store, facts):
    console("site", "origin", "add", "demo", "https://WWW.blog.example/")

    kept = console.json("site", "origin", "remove", "demo", "https://blog.example")

    assert kept["origins"] == ["https://www.blog.example"]
    assert console.json("site", "list")[0]["origins"] == ["https://www.blog.example"]
    assert facts("demo") == [("console", "site.changed")] * 2


def test_an_origin_that_the_site_does_not_have_is_named_with_those_it_has(console, store):
    refusal = console.refusal("site", "origin", "remove", "demo", "https://other.example")

    assert refusal == "origin: https://other.example is not an origin of demo; it has: https://blog.example."


def test_nothing_is_removed_without_a_yes(console, store, tmp_path):
    received(store)
    export = tmp_path / "demo.jsonl"

    result = console("site", "remove", "demo", "--export", str(export), given="n\n")

    assert result.exit_code == 1
    assert f"Export the 1 comments of demo to {export}, then delete the site for good? [y/N]" in result.stderr
    assert [each["id"] for each in console.json("site", "list")] == ["demo"]
    assert not export.exists()


def test_a_site_is_exported_and_then_removed_from_every_table(console, store, tmp_path, facts):
    fill(store, "demo")
    export = tmp_path / "demo.jsonl"

    removed = console.json("site", "remove", "demo", "--export", str(export), "--yes")

    assert removed == {"id": "demo", "removed": True, "exported": 2, "export": str(export)}
    assert rows_by_table(store).keys() - OF_NO_SITE == {"audit"}
    assert facts("demo")[-1] == ("console", "site.removed")
    with store.read() as uow:
        assert not verify("demo", uow.audit.entries("demo")).broken_at
        assert uow.statistics.conservation().is_whole
    assert console.json("audit", "verify")["is_whole"]


def test_another_site_keeps_everything(console, store, tmp_path):
    store.write(lambda uow: uow.sites.add(a_site("other"), at=NOON))
    fill(store, "other")
    before = rows_by_table(store)
    fill(store, "demo")

    console.json("site", "remove", "demo", "--export", str(tmp_path / "demo.jsonl"), "--yes")

    of_no_site = {"audit": 0, "sites": 0, "moderators": 0, "mail_addresses": 0, "erasures": 0}
    assert rows_by_table(store) | of_no_site == before | of_no_site


def test_the_export_has_every_comment_whole_and_is_for_its_owner_alone(console, store, tmp_path):
    first, second = fill(store, "demo")
    export = tmp_path / "demo.jsonl"

    console.json("site", "remove", "demo", "--export", str(export), "--yes")

    written = [json.loads(line) for line in export.read_text("utf-8").splitlines()]
    lines = [line for line in written if line.get("type") == "comment"]
    assert stat.S_IMODE(export.stat().st_mode) == 0o600
    assert [line["id"] for line in lines] == [first.id, second.id]
    assert lines[0] | AUTHOR | {"body": "Lovely bread, Zoë.\nThanks!", "status": "pending"} == lines[0]
    assert lines[0]["thread"] == {"key": "a-page", "url": "https://blog.example/a-page", "title": "A page"}


def test_an_export_never_overwrites_a_file(console, store, tmp_path):
    (tmp_path / "kept").write_text("kept")

    refusal = console.refusal("site", "remove", "demo", "--export", str(tmp_path / "kept"), "--yes")

    assert refusal == f"export: '{tmp_path}/kept' cannot be written: File exists. Name a new file."
    assert [each["id"] for each in console.json("site", "list")] == ["demo"]


def test_a_site_of_the_same_name_can_be_added_again(console, store, tmp_path, facts):
    console.json("site", "remove", "demo", "--export", str(tmp_path / "demo.jsonl"), "--yes")

    console("site", "add", "demo")

    assert facts("demo") == [
        ("console", "site.removal_begun"),
        ("console", "site.removed"),
        ("console", "site.added"),
    ]
    assert console.json("audit", "verify")["is_whole"]


def test_work_that_was_claimed_before_the_removal_ends_quietly(console, store, tmp_path):
    fill(store, "demo")
    comments = store.write(lambda uow: uow.comments.claim(limit=10, at=NOON, lease=LEASE))
    deliveries = claim(store, at=NOON + 3 * LEASE)
    assert comments and deliveries

    console.json("site", "remove", "demo", "--export", str(tmp_path / "demo.jsonl"), "--yes")

    triage.settle(store, [triage.Scored(each, a_score()) for each in comments], {}, at=NOON)
    record(store, deliveries)
    assert rows_by_table(store).keys() - OF_NO_SITE == {"audit"}


def fill(store, site_id):
    """Something in every table that can hold rows of a site; the two comments, oldest first."""
    an_endpoint(store, site_id)
    site = a_site(site_id)
    body = "Lovely bread, Zoë.\nThanks!"
    first = received(store, a_submission(body, follow=frozenset(Follow), **AUTHOR), site=site)
    second = received(store, site=site, at=NOON + SECOND)
    settled(store, second, sketches={second.id: Sketch((1, 2), 3)})
    record(store, claim(store, limit=1, at=NOON + SECOND), at=NOON + SECOND)
    a_check(store, site=site)
    store.write(lambda uow: uow.imports.remember(site_id, "wordpress", [Known("1", first.id)]))
    store.write(lambda uow: uow.keys.add(site_id, "CI", Scope.READ, at=NOON))
    owner = store.write(lambda uow: uow.accounts.add_moderator(f"Owner of {site_id}", Role.OWNER, [site_id], at=NOON))
    store.write(lambda uow: uow.mailboxes.set_email(owner, Email("owner@blog.example"), at=NOON))
    store.write(lambda uow: uow.mailboxes.open_links(site_id, is_open=True))
    store.write(lambda uow: uow.readers.move_on(site_id, NOON, first.id))
    store.write(lambda uow: uow.retention.change(site_id, Retention()))
    store.write(lambda uow: uow.retention.count({(site_id, Destroyed.SPAM): 1}, at=NOON))
    indexed(store)
    key = first.thread.key
    store.write(lambda uow: site_admin.move_thread(uow, site_id, key, "moved", by_id="console", at=NOON))
    store.write(lambda uow: site_admin.move_thread(uow, site_id, "moved", key, by_id="console", at=NOON))
    known = {"site_id": site_id, "comment_id": first.id, "thread_id": first.thread.id, "moderator_id": owner}
    store.write(lambda uow: add_missing_rows(uow.connection, known))
    assert {table.name for table in metadata.sorted_tables} - OF_NO_SITE <= rows_by_table(store).keys()
    return first, second


def add_missing_rows(connection, known):
    """A row in every table of a site that has none yet, with whatever its columns take."""
    for table in metadata.sorted_tables:
        of_site = belongs_to(table, known["site_id"])
        if of_site is not None and not connection.execute(select(table).where(of_site)).first():
            values = {each.name: a_value(each, known) for each in table.columns if not each.nullable}
            connection.execute(insert(table).values(**{name: value for name, value in values.items() if value != ""}))


def a_value(column, known):
    """Something that the column takes, "" to leave it out."""
    if column.name in known:
        return known[column.name]
    if column.autoincrement is True:
        return ""
    kinds = {UtcTimestamp: NOON, Boolean: True, JSON: {}, LargeBinary: b"x", Float: 0.5, Integer: 1, BigInteger: 1}
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), f"{known['site_id']}-x")


def rows_by_table(store):
    """How many rows each table has; empty tables are left out."""
    with store.read() as uow:
        counts = {
            each.name: uow.connection.scalar(select(func.count()).select_from(each))
            for each in metadata.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}
