"""Events on their way to a site's endpoints: their attempts, and sending them again."""

from typing import Any

from moderation.outbox.delivery import DeliverySearch
from service.http.request_parsing import load_json, load_query
from service.resources import resources
from service.schemas.webhooks import DELIVERY, DELIVERY_PAGE, DELIVERY_QUERY, REPLAY, REPLAYED

Answer = dict[str, Any]


def list_deliveries(site_id: str) -> Answer:
    """List deliveries with every attempt, newest first."""
    asked = load_query(DELIVERY_QUERY)
    search = DeliverySearch(
        site_id,
        asked["endpoint"],
        channel=asked["channel"] or "",
        status=asked["status"],
        cursor=asked["cursor"],
        limit=asked["limit"],
    )
    with resources().store.read() as uow:
        page = uow.deliveries.page(search)
    answer: Answer = DELIVERY_PAGE.dump({"deliveries": page.deliveries, "next": page.next_cursor or None})
    return answer


def show_delivery(site_id: str, delivery_id: int) -> Answer:
    """Read one delivery with every attempt."""
    with resources().store.read() as uow:
        answer: Answer = DELIVERY.dump(uow.deliveries.get(site_id, delivery_id))
    return answer


def replay_delivery(site_id: str, delivery_id: int) -> tuple[Answer, int]:
    """Send one delivery again, with the same event id, whatever its status."""
    at = resources().now()
    replayed = resources().store.write(lambda uow: uow.deliveries.replay_one(site_id, delivery_id, at=at))
    resources().dispatch.ring("delivery")
    return DELIVERY.dump(replayed), 202


def replay_deliveries(site_id: str) -> tuple[Answer, int]:
    """Send many deliveries again. Those that cannot be sent are named in the answer."""
    wanted, at = load_json(REPLAY)["deliveries"], resources().now()
    replayed = resources().store.write(lambda uow: uow.deliveries.replay(site_id, wanted, at=at))
    resources().dispatch.ring("delivery")
    return REPLAYED.dump({"replayed": replayed, "left_out": sorted(set(wanted) - set(replayed))}), 202
