"""Events announced to endpoints, claimed and tried: shared by the tests of the outbox."""

from moderation.ids import new_id
from moderation.messages import NOTHING, Message
from moderation.outbox.delivery import Attempt, DeliverySearch
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from moderation.webhooks.events import Event, EventType
from tests.builders import LEASE, NOON


def an_endpoint(store, site_id="demo", *, events=ENDPOINT_EVENTS, url="https://blog.example/hooks"):
    endpoint, _ = store.write(lambda uow: uow.endpoints.add(site_id, url=url, events=events, at=NOON))
    return endpoint


def announced(store, count=1, *, type=EventType.APPROVED, site_id="demo", at=NOON):
    events = [Event(new_id("evt", at=at), site_id, type, f"cmt_{n}", at, f'{{"n":{n}}}') for n in range(count)]
    store.write(lambda uow: uow.deliveries.announce(events))
    return events


def claim(store, channel="webhook", *, limit=100, at=NOON, **options):
    return store.write(lambda uow: uow.delivery_queue.claim(channel, limit=limit, at=at, lease=LEASE, **options))


def problem_of(http_status):
    known = {204: NOTHING, 410: Message("http.gone")}
    return known.get(http_status, Message("http.status", {"status": http_status}))


def record(store, claimed, http_status=204, *, at=NOON, retry_after_s=None):
    attempt = Attempt(at, http_status, 12, problem_of(http_status), "An answer.", retry_after_s)
    results = [(each, attempt) for each in claimed]
    store.write(lambda uow: uow.delivery_queue.record(results, at=at))


def deliveries(store, **search):
    with store.read() as uow:
        return uow.deliveries.page(DeliverySearch("demo", **search)).deliveries


def endpoint_now(store, endpoint):
    with store.read() as uow:
        return uow.endpoints.get(endpoint.site_id, endpoint.id)


def fail_until_given_up(store):
    at = NOON
    while claimed := claim(store, at=at):
        record(store, claimed, 500, at=at)
        at = deliveries(store)[-1].due_at or at
    return at
