"""A database for a run that only tries: it has the site, and is deleted afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from moderation.site import Site
from moderation.store import Store
from moderation.store.database.migrate import migrate
from moderation.store.sealing import Sealer


@contextmanager
def scratch_store(sealer: Sealer, site: Site, *, at: datetime) -> Iterator[Store]:
    """An empty store in a temporary folder that only this user can read."""
    with tempfile.TemporaryDirectory(prefix="rejoinder-dry-run-") as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        migrate(url)
        with closing(Store(url, sealer)) as store:
            store.write(lambda uow: uow.sites.add(site, at=at))
            yield store
