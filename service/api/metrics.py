"""`GET /metrics`, in Prometheus' text format. The metrics themselves are in `service/http/metrics.py`."""

from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from service.http.metrics import Metrics


def show_metrics() -> Response:
    """Read the figures of the installation, and of the requests of the process that answers."""
    metrics: Metrics = current_app.extensions["rejoinder.metrics"]
    return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)
