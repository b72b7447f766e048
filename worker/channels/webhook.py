"""Sends webhooks: each is signed by the secrets of its endpoint and posted to its URL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from moderation.config.settings import Settings
from moderation.messages import Message
from moderation.outbox.delivery import Attempt, ClaimedDelivery, retry_after_s
from moderation.process import failpoints
from moderation.process.version import installed_version
from moderation.store import UnitOfWork
from moderation.webhooks.endpoint import WebhookTarget
from moderation.webhooks.events import signature
from worker.http_client import HttpClient
from worker.safe_connect import SafeConnector


class WebhookSender:
    """Posts over one HTTP client."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def targets(
        self, uow: UnitOfWork, deliveries: Sequence[ClaimedDelivery], *, at: datetime
    ) -> Mapping[int, WebhookTarget]:
        """The URL and the secrets of each endpoint."""
        targets = uow.endpoints.targets({each.destination_id for each in deliveries}, at=at)
        return {each.id: targets[each.destination_id] for each in deliveries}

    def send(self, delivery: ClaimedDelivery, target: WebhookTarget, *, at: datetime) -> Attempt:
        """Sign and post one event, with the time of this attempt."""
        if not target.secrets:
            return Attempt(at, None, 0, Message("secret.unreadable"))
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery.event_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature(
                target.secrets, event_id=delivery.event_id, at=at, payload=delivery.payload
            ),
        }
        outcome = self._client.post(target.url, delivery.payload.encode(), headers)
        failpoints.reach("delivery.after_send")
        return Attempt(
            at,
            outcome.http_status,
            outcome.latency_ms,
            outcome.problem,
            outcome.answer,
            retry_after_s(outcome.retry_after, at=at),
        )


@lru_cache(maxsize=1)  # for the process, so that connections stay open from one job to the next
def open_sender(settings: Settings) -> WebhookSender:
    """The sender with these settings."""
    connector = SafeConnector(allow=settings.outgoing_allow)
    return WebhookSender(HttpClient(connector, user_agent=f"Rejoinder/{installed_version()}"))
