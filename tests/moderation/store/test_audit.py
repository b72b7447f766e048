"""The audit trail in the database: gapless whoever writes at once, and telling when a row was touched."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, update

from moderation.audit import AuditEvent, verify
from moderation.decision_audit import DecisionAudit
from moderation.store.tables import audit, decisions
from tests.builders import NOON, SECOND, received, settled
from tests.waiting import LIMIT_S

WRITERS, EACH = 8, 10
NO_UTF_8 = b"\xffA"


def _facts(number, by="mod_ada"):
    return [
        AuditEvent(NOON + each * SECOND, by, "site.changed", "demo", {"step": each, "ö": [1.5, None]})
        for each in range(number)
    ]


def _append(store, facts, site_id="demo"):
    store.write(lambda uow: uow.audit.append(site_id, facts))


def _check(store, site_id="demo"):
    with store.read() as uow:
        return verify(site_id, uow.audit.entries(site_id))


def test_facts_come_back_as_they_were_in_order_and_whole(store):
    _append(store, _facts(2))
    _append(store, _facts(3))

    with store.read() as uow:
        entries = list(uow.audit.entries("demo"))
    assert [entry.fact for entry in entries] == [*_facts(2), *_facts(3)]
    assert [entry.number for entry in entries] == [1, 2, 3, 4, 5]
    assert _check(store).broken_at == 0


def test_each_site_has_a_chain_of_its_own(store):
    _append(store, _facts(2))
    _append(store, _facts(1), site_id="")

    with store.read() as uow:
        assert uow.audit.site_ids() == ["", "demo"]
    assert (_check(store).entries, _check(store, "").entries) == (2, 1)


def test_nothing_to_tell_leaves_no_entry(store):
    _append(store, [])

    assert _check(store).entries == 0


def test_writers_at_the_same_moment_leave_no_gap_and_no_fork(store):
    together = threading.Barrier(WRITERS)

    def write(name):
        together.wait(timeout=LIMIT_S)
        for _ in range(EACH):
            _append(store, _facts(2, by=name))

    with ThreadPoolExecutor(WRITERS) as pool:
        for future in [pool.submit(write, f"mod_{number}") for number in range(WRITERS)]:
            future.result(timeout=LIMIT_S)

    assert (_check(store).entries, _check(store).broken_at) == (WRITERS * EACH * 2, 0)


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON - SECOND),
        ("by_id", "mod_ben"),
        ("action", "site.opened"),
        ("subject", "other"),
        ("detail", {"step": 99}),
        ("hash", "f" * 64),
        ("number", 99),
        ("site_id", "other"),
    ],
)
def test_any_column_of_any_row_that_somebody_changed_is_found_at_its_number(store, number, column, value):
    _append(store, _facts(5))
    touched = update(audit).where(audit.c.number == number).values({column: value})
    store.write(lambda uow: uow.connection.execute(touched))

    check = _check(store)

    cut_off_the_end = number == 5 and column in {"site_id"}
    assert check.broken_at == (0 if cut_off_the_end else number)
    if cut_off_the_end:
        assert check.entries == 4


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("detail", "x"),
        ("detail", "5"),
        ("detail", '[["step", 2], ["ö", [1.5, null]]]'),
        ("at", "yesterday"),
        ("at", 10**18),
        ("by_id", b"mod_ada"),
        ("number", "three"),
        ("detail", "[" * 200_000 + "]" * 200_000),
        ("by_id", NO_UTF_8),
    ],
)
def test_what_was_written_over_an_entry_need_not_be_readable(sqlite_store, column, value):
    _append(sqlite_store, _facts(5))
    written = "CAST(? AS TEXT)" if value is NO_UTF_8 else "?"
    sqlite_store.write(
        lambda uow: uow.connection.exec_driver_sql(
            f"UPDATE audit SET {column} = {written} WHERE number = 3", (value,)
        )
    )

    assert _check(sqlite_store).broken_at == 3


def test_every_column_of_the_table_is_under_the_hash(store):
    _append(store, _facts(1))

    with store.read() as uow:
        [row] = uow.connection.execute(select(audit))
    assert set(row._mapping) == {"site_id", "number", "at", "by_id", "action", "subject", "detail", "hash"}


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": "spam"},
        {"revision": 7},
        {"at": NOON - SECOND},
        {"by_id": "mod_x"},
        {"undoes": "dec_x"},
        {"id": "dec_x"},
    ],
    ids=str,
)
def test_a_decision_that_is_not_as_its_entry_says_is_found(store, changes):
    settled(store, received(store))
    settled(store, received(store))
    last = store.write(lambda uow: uow.connection.scalar(select(func.max(decisions.c.id))))
    assert _compared(store) == ([], 0)

    store.write(lambda uow: uow.connection.execute(update(decisions).where(decisions.c.id == last).values(changes)))

    assert _compared(store) == ([last], 1 if "id" in changes else 0)


def _compared(store):
    with store.read() as uow:
        compared = DecisionAudit(uow, "demo")
        compared.compare(verify("demo", compared.follow(uow.audit.entries("demo"))))
        return compared.differing, compared.unaudited
