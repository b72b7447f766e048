"""The command `rejoinder` on a new installation."""

import json
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from moderation.config.bootstrap import prepare
from moderation.config.settings import Settings
from moderation.store import Store
from moderation.store.sealing import Sealer
from service.cli import main
from tests.builders import NOON, a_site

NO_SITE = "There is no such site. `rejoinder site list` lists those that exist."


class Console:
    """Calls commands with one environment."""

    def __init__(self, home: Path) -> None:
        self.environment: dict[str, str | None] = {"REJOINDER_HOME": str(home)}

    def __call__(self, *arguments: str, given: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=given, env=self.environment)

    def json(self, *arguments: str) -> Any:
        """The JSON output of a command."""
        result = self(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refusal(self, *arguments: str) -> str:
        """The error message of a command that fails."""
        result = self(*arguments)
        assert result.exit_code == 1, result.output
        assert result.stderr.startswith("Error: ")
        return result.stderr.removeprefix("Error: ").strip()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of an installation that does not exist yet."""
    return tmp_path / "home"


@pytest.fixture
def console(home: Path, _logging_as_it_was: None) -> Console:
    """A console of that installation."""
    return Console(home)


@pytest.fixture
def store(home: Path, _sqlite_template: Path) -> Iterator[Store]:
    """The store of that installation, with the site `demo`."""
    settings = Settings.from_env({"REJOINDER_HOME": str(home)})
    shutil.copyfile(_sqlite_template, home / "rejoinder.db")  # its folder is made with the settings
    prepare(settings)
    store = Store(settings.database_url, Sealer(settings.secret))
    store.write(lambda uow: uow.sites.add(a_site(), at=NOON))
    yield store
    store.close()


@pytest.fixture
def facts(store: Store) -> Callable[[str], list[tuple[str, str]]]:
    """Reads the audit trail of a site: (actor, action) of each entry."""

    def facts(site_id: str) -> list[tuple[str, str]]:
        with store.read() as uow:
            return [(entry.fact.by_id, entry.fact.action) for entry in uow.audit.entries(site_id)]

    return facts


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    """Restore logging, which commands configure for their whole process."""
    root, resources = logging.getLogger(), logging.getLogger("rejoinder")
    before = list(root.handlers), root.level, resources.level
    yield
    root.handlers[:], level, our_level = before
    root.setLevel(level)
    resources.setLevel(our_level)
    logging.captureWarnings(False)
