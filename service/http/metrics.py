"""Metrics of one process and of the whole installation, for Prometheus. No label names a person.

To add a metric: of this process, in Metrics; of the installation, in `StoreCollector._figures`, counted by a method
of `moderation/store/statistics.py`. Name it in docs/api.md if operators should watch it.
"""

import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Response, request
from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from moderation import jobs
from moderation.errors import StoreBusy
from moderation.store import Store, UnitOfWork
from service.resources import Clock

disable_created_metrics()  # type: ignore[no-untyped-call] # when a series began is of use to nobody here

FRESH_S = 5.0
RARELY = 100
LATENCIES_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """One registry for each app, so that two apps in one process (in tests) stay apart."""

    def __init__(self, store: Store, now: Clock) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "rejoinder_http_requests", "Requests of this process.", ["route", "status"], registry=self.registry
        )
        self.latency = Histogram(
            "rejoinder_http_request_seconds",
            "How long this process took to answer.",
            ["route"],
            buckets=LATENCIES_S,
            registry=self.registry,
        )
        self.registry.register(StoreCollector(store, now))

    def note(self, route: str, status: int, environ: Mapping[str, Any]) -> None:
        """Count a response to this request, and its latency since the request was complete."""
        self.requests.labels(route, str(status)).inc()
        now = time.perf_counter()
        self.latency.labels(route).observe(now - environ.get(ARRIVED, now))


class StoreCollector(Collector):
    """What the database knows, looked up at most every few seconds however often it is asked.

    To count a million rows takes the better part of a second. So the next look waits longer the longer the last one
    took, and however large the database is, looking takes at most one part in RARELY of the time.
    """

    def __init__(self, store: Store, now: Clock, ticks: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._now = now
        self._ticks = ticks
        self._turn = threading.Lock()
        self._seen: list[Metric] = []
        self._look_again_at = -math.inf

    def describe(self) -> list[Metric]:
        """Nothing in advance: the database is not asked before somebody scrapes."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The figures; `rejoinder_database_up` is 0 and the others are missing while the database cannot be read."""
        with self._turn:
            began = self._ticks()
            if began >= self._look_again_at:
                self._seen = self._look()
                self._look_again_at = began + max(FRESH_S, RARELY * (self._ticks() - began))
            yield from self._seen

    def _look(self) -> list[Metric]:
        try:
            with self._store.read() as uow:
                return [_gauge("database_up", "Whether the database can be read.", {(): 1}), *self._figures(uow)]
        except StoreBusy:
            return [_gauge("database_up", "Whether the database can be read.", {(): 0})]

    def _figures(self, uow: UnitOfWork) -> Iterator[Metric]:
        kept = uow.statistics.conservation()
        yield _gauge("comments_accepted", "Comments ever taken in, by a tally of its own.", {(): kept.accepted})
        places = {("pending",): kept.pending, ("decided",): kept.decided, ("erased",): kept.erased}
        yield _gauge("comments", "Comments by where they stand; they sum to those accepted.", places, ["place"])
        yield _gauge("comments_unscored", "Comments that wait for a score.", {(): uow.statistics.unscored()})
        yield self._age("unscored", "How long the oldest of them has waited.", uow.statistics.oldest_unscored())
        yield self._age("queue", "How long the oldest pending comment has waited.", uow.statistics.oldest_pending())
        waits = uow.statistics.scoring_waits()
        mean_s = sum(waits, timedelta()).total_seconds() / len(waits) if waits else 0.0
        yield _gauge(
            "scoring_wait_seconds", "Mean wait of the latest comments from the door to a score.", {(): mean_s}
        )
        made = uow.statistics.decisions()
        yield _gauge("decisions", "Decisions by action and reason.", made, ["action", "reason"])
        sent = {(status,): count for status, count in uow.statistics.deliveries().items()}
        yield _gauge("deliveries", "Deliveries by status.", sent, ["status"])
        pending = {(job.name,): job.pending(uow, self._now()) for job in jobs.JOBS if job.pending}
        yield _gauge("jobs_pending", "Work that is due and that no worker holds, by job.", pending, ["job"])

    def _age(self, name: str, documentation: str, since: datetime | None) -> Metric:
        return _gauge(
            f"{name}_age_seconds", documentation, {(): (self._now() - since).total_seconds() if since else 0.0}
        )


ARRIVED = "rejoinder.arrived_s"
"""Key of the WSGI environment: when the request was complete, by `time.perf_counter`. Waiting for a thread counts."""


def count_requests(app: Flask, metrics: Metrics) -> None:
    """Count each answer of Flask's by its route, not its URL: a URL may name a thread or hold a token."""
    app.extensions["rejoinder.metrics"] = metrics

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        metrics.note(route, response.status_code, request.environ)
        return response


def _gauge(name: str, documentation: str, values: Mapping[Any, float], labels: list[str] | None = None) -> Metric:
    family = GaugeMetricFamily(f"rejoinder_{name}", documentation, labels=labels or [])
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family
