"""For how long a site keeps things: read and replaced."""

from dataclasses import asdict
from typing import Any

from moderation import site_admin
from moderation.erasing.retention import checked_retention
from service.auth.actors import actor
from service.http.request_parsing import load_json
from service.resources import resources
from service.schemas.retention import RETENTION

Answer = dict[str, Any]


def show_retention(site_id: str) -> Answer:
    """Read for how many days the site keeps things."""
    with resources().store.read() as uow:
        found = uow.retention.get(uow.sites.get(site_id).id)
    answer: Answer = RETENTION.dump(asdict(found))
    return answer


def replace_retention(site_id: str) -> Answer:
    """Replace for how many days the site keeps things, from the next run on. What is left out takes its default."""
    retention, by_id, at = checked_retention(load_json(RETENTION)), actor().id, resources().now()
    resources().store.write(lambda uow: site_admin.change_retention(uow, site_id, retention, by_id=by_id, at=at))
    answer: Answer = RETENTION.dump(asdict(retention))
    return answer
