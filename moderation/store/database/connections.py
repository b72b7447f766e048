"""How connections to each database are opened, and the settings of each connection."""

import select
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import StaticPool

BUSY_S = 5
"""How long a connection waits for a lock, or for a server that does not answer."""

_SQLITE_CONNECT = {"check_same_thread": False, "timeout": BUSY_S, "isolation_level": None, "cached_statements": 256}
_POSTGRES_SETTINGS = {
    "lock_timeout": f"{BUSY_S}s",
    "plan_cache_mode": "force_custom_plan",  # or a plan made while a table was small goes on reading all of it
    "jit": "off",  # compiling takes longer than any of these statements
    "random_page_cost": "1.1",  # or it reads all pages of a site rather than look up those of fifty comments
}
_POSTGRES_CONNECT = {
    "connect_timeout": BUSY_S,
    "keepalives_idle": 60,
    "tcp_user_timeout": BUSY_S * 1000,
    "options": " ".join(f"-c {name}={value}" for name, value in _POSTGRES_SETTINGS.items()),
}
_QUIET: dict[str, Any] = {"hide_parameters": True}  # or the text of an error would quote a comment


def sqlite_writer(url: str) -> Engine:
    """The one connection that writes."""
    engine = create_engine(url, poolclass=StaticPool, connect_args=_SQLITE_CONNECT, **_QUIET)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def sqlite_readers(url: str) -> Engine:
    """Connections that cannot write, one for each read in progress."""
    engine = create_engine(
        url, pool_size=8, max_overflow=32, pool_timeout=BUSY_S, connect_args=_SQLITE_CONNECT, **_QUIET
    )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "connect", _forbid_writing)
    event.listen(engine, "begin", _begin_deferred)
    return engine


def postgres_engine(url: str) -> Engine:
    """Connections for reading and writing. The last one used comes first: it has the most prepared statements."""
    engine = create_engine(
        url,
        pool_size=8,
        max_overflow=24,
        pool_timeout=BUSY_S,
        pool_use_lifo=True,
        connect_args=_POSTGRES_CONNECT,
        **_QUIET,
    )
    event.listen(engine, "checkout", _refuse_dead)
    return engine


def _set_pragmas(connection: Any, record: Any) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("unhex", 1, bytes.fromhex, deterministic=True)  # SQLite's own came with 3.41


def _forbid_writing(connection: Any, record: Any) -> None:
    connection.execute("PRAGMA query_only=ON")


def _refuse_dead(connection: Any, record: Any, proxy: Any) -> None:
    """Have the pool open another connection when the server has closed this one.

    Polling the socket costs nothing; `pool_pre_ping` would cost a round trip for each transaction. A network that
    drops packets silently is detected by TCP keepalives.
    """
    look = select.poll()
    look.register(connection.pgconn.socket, select.POLLIN)
    if look.poll(0):
        raise DisconnectionError


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.connection.cursor().execute("BEGIN")  # every read pays for it: this is ten times cheaper
