"""How the database runs each statement of each page: which indexes it reads, and in which order.

Statements that differ only in what they select, and that run alike, are listed once.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

_SELECTED = re.compile(r"\b(SELECT(?: DISTINCT)?) (?!count|\(SELECT|EXISTS|1 )[^()]+? FROM ")
_VALUES = re.compile(r"'\{[^}]*\}'|'cmt_[0-9a-f]+'")
_UNIONS = re.compile(r"( UNION ALL SELECT [^()]*?)(?: UNION ALL SELECT [^()]*)+(?=\))")


@dataclass(slots=True)
class Plans:
    """numbers: of each statement with its steps. pages: the numbers of each page's statements."""

    numbers: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    pages: dict[str, list[int]] = field(default_factory=dict)

    @contextmanager
    def of_page(self, url: str) -> Iterator[None]:
        """Explain every SELECT of this process while the page is asked for."""
        found = self.pages.setdefault(url, [])

        def explain(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
            if statement.lstrip().startswith("SELECT") and not many:
                steps = tuple(_steps(connection, statement, parameters))
                number = self.numbers.setdefault((_shortened(statement), steps), len(self.numbers) + 1)
                if number not in found:
                    found.append(number)

        event.listen(Engine, "before_cursor_execute", explain)
        yield
        event.remove(Engine, "before_cursor_execute", explain)

    def write(self, path: Path, head: str) -> None:
        """As text: the pages with the numbers of their statements, and the statements."""
        lines = [head, ""]
        lines += [f"{url}: {', '.join(map(str, numbers))}" for url, numbers in self.pages.items()]
        for (statement, steps), number in self.numbers.items():
            lines += ["", f"{number}. {statement}", *(f"    {step}" for step in steps)]
        path.write_text("\n".join(lines) + "\n")


def _steps(connection: Any, statement: str, parameters: Any) -> Iterator[str]:
    cursor = connection.connection.dbapi_connection.cursor()
    if connection.dialect.name == "sqlite":
        for _, _, _, step in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall():
            if step not in ("SCAN CONSTANT ROW", "UNION ALL"):
                yield step
        return
    for (step,) in cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", parameters).fetchall():
        yield _VALUES.sub("…", step)


def _shortened(statement: str) -> str:
    """Without the columns that it selects, and with one of many rows that it is given."""
    shorter = re.sub(r"%\(\w+\)s(::[A-Z]+(\[\])?)?", "?", " ".join(statement.split()))
    return _UNIONS.sub(r"\1 …", _SELECTED.sub(r"\1 … FROM ", shorter))
