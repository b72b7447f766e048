"""The faults of a soak: each begins, lasts for a while and is repaired, and several may be under way at once."""

import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime

import psycopg
from redis import RedisError
from sqlalchemy import make_url

from bench.soak_traffic import Sink
from moderation.webhooks.events import EventType
from tests.stack import Stack

EVERY_S = (0.5, 3.0)
"""Between two draws."""

RESTART_S = 1.0
"""How long a process that ended stays away, as with the supervisor."""


class Installation:
    """The processes of a soak, started again when they end. groups: their roles, by machine."""

    def __init__(self, database_url: str, groups: Sequence[Sequence[str]], **settings: str) -> None:
        self.stack = Stack(database_url, **settings)
        self.groups = groups
        self.roles = ("valkey", *(role for group in groups for role in group))
        self.restarts = 0
        self._locks = {role: threading.Lock() for role in self.roles}
        self._stopped = threading.Event()
        self._supervisor = threading.Thread(target=self._supervise, daemon=True)

    def announce_to(self, url: str) -> None:
        """Send the event `comment.received` to this URL."""
        events, at = (EventType.RECEIVED,), datetime.now(UTC)
        self.stack.store.write(lambda uow: uow.endpoints.add("demo", url=url, events=events, at=at))

    def start(self) -> None:
        """Start everything, and then the supervisor."""
        self.stack.start("valkey", "web", *(role for role in self.roles if role not in ("valkey", "web")))
        self._supervisor.start()

    def close(self) -> None:
        """Kill everything and delete it."""
        self._stopped.set()
        if self._supervisor.is_alive():
            self._supervisor.join()
        self.stack.close()

    @contextmanager
    def held(self, roles: Sequence[str]) -> Iterator[bool]:
        """Keep the supervisor and other faults from these processes; false when another fault has one of them."""
        taken = []
        for role in roles:
            if not self._locks[role].acquire(blocking=False):
                break
            taken.append(role)
        try:
            yield len(taken) == len(roles)
        finally:
            for role in taken:
                self._locks[role].release()

    def _supervise(self) -> None:
        while not self._stopped.wait(RESTART_S):
            for role in self.roles:
                with self.held([role]) as is_free:
                    if is_free and self.stack.has_ended(role):
                        self.stack.spawn(role)
                        self.restarts += 1


class Chaos:
    """Draws faults from a seed. counts: how often each was carried out."""

    def __init__(self, installation: Installation, sink: Sink, *, seed: int) -> None:
        self.counts: Counter[str] = Counter()
        self._installation, self._stack, self._sink = installation, installation.stack, sink
        self._random = random.Random(seed)
        self._is_sqlite = self._stack.settings.is_sqlite
        self._database_lock = threading.Lock()

    def run(self, *, until: float) -> None:
        """Draw until this time by `time.monotonic`, then wait for the repair of the last faults."""
        under_way = []
        while (pause_s := self._random.uniform(*EVERY_S)) < until - time.monotonic():
            time.sleep(pause_s)
            name, fault = self._draw()
            thread = threading.Thread(target=self._carry_out, args=(name, fault), daemon=True)
            thread.start()
            under_way.append(thread)
        for thread in under_way:
            thread.join()

    def _draw(self) -> tuple[str, Callable[[], bool]]:
        """A fault with all of its random numbers drawn, so that the seed alone says which faults come."""
        draw = self._random
        role, seconds = draw.choice(self._installation.roles), draw.uniform(0.5, 7.0)
        group = draw.choice(self._installation.groups[1:])
        faults: list[tuple[int, str, Callable[[], bool]]] = [
            (8, f"kill -9 {role}", lambda: self._kill([role], seconds / 4)),
            (4, f"SIGSTOP {role}", lambda: self._freeze(role, seconds)),
            (1, "kill -9 of all workers of a machine", lambda: self._kill(group, seconds)),
            (2, "flush Valkey", self._flush),
            (1, "kill -9 valkey for seconds", lambda: self._kill(["valkey"], seconds)),
            (2, "receiver answers 503", lambda: self._away(seconds)),
            (2, "lock the database", lambda: self._lock_database(seconds)),
        ]
        if not self._is_sqlite:
            faults.append((1, "kill -9 a PostgreSQL backend (crash recovery)", self._crash_postgres))
            faults.append((1, "end all PostgreSQL connections", self._end_connections))
        weights = [weight for weight, _, _ in faults]
        [(_, name, fault)] = draw.choices(faults, weights)
        return name, fault

    def _carry_out(self, name: str, fault: Callable[[], bool]) -> None:
        try:
            self.counts[name] += fault()
        except (OSError, RedisError, psycopg.Error, sqlite3.Error) as error:  # another fault was in the way
            print(f"{name}: {type(error).__name__}", file=sys.stderr)

    def _kill(self, roles: Sequence[str], seconds: float) -> bool:
        with self._installation.held(roles) as is_free:
            if is_free:
                for role in roles:
                    if not self._stack.has_ended(role):
                        self._stack.kill(role)
                time.sleep(seconds)
            return is_free

    def _freeze(self, role: str, seconds: float) -> bool:
        with self._installation.held([role]) as is_free:
            if not is_free or self._stack.has_ended(role):
                return False
            frozen = self._stack.freeze(role)
            time.sleep(seconds)
            self._stack.thaw(frozen)
            return True

    def _flush(self) -> bool:
        self._stack.flush_redis()
        return True

    def _away(self, seconds: float) -> bool:
        self._sink.is_away = True
        time.sleep(seconds)
        self._sink.is_away = False
        return True

    def _lock_database(self, seconds: float) -> bool:
        with self._database_lock:
            if self._is_sqlite:
                with closing(sqlite3.connect(self._stack.settings.database_path, timeout=30)) as connection:
                    connection.execute("BEGIN EXCLUSIVE")
                    time.sleep(seconds)
                    connection.rollback()
            else:
                with self._postgres() as connection, connection.transaction():
                    connection.execute("LOCK TABLE comments IN ACCESS EXCLUSIVE MODE")
                    time.sleep(seconds)
        return True

    def _crash_postgres(self) -> bool:
        """The server ends all connections and recovers from its log when a backend dies by kill -9."""
        with self._postgres() as connection:
            row = connection.execute(_OTHERS + " ORDER BY random() LIMIT 1").fetchone()
        if row is not None:
            with suppress(ProcessLookupError):
                os.kill(row[0], signal.SIGKILL)
        return row is not None

    def _end_connections(self) -> bool:
        with self._postgres() as connection:
            connection.execute(f"SELECT pg_terminate_backend(pid) FROM ({_OTHERS}) AS others")
        return True

    def _postgres(self) -> psycopg.Connection:
        url = make_url(self._stack.settings.database_url).set(drivername="postgresql")
        return psycopg.connect(url.render_as_string(hide_password=False), autocommit=True, connect_timeout=10)


_OTHERS = """
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
