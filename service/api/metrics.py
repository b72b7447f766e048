"""`GET /metrics`, in Prometheus' text format. The metrics themselves are in `service/http/metrics.py`."""

from ipaddress import ip_address

from flask import Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from moderation.messages import N_, Message
from service.http.errors import Forbidden
from service.http.metrics import Metrics
from service.rate_limits.reads import count_read
from service.resources import resources


def show_metrics() -> Response:
    """Read the figures of the installation, and of the requests of the process that answers.

    Only for the networks in REJOINDER_METRICS_ALLOW.
    """
    if not _is_allowed():
        raise Forbidden(Message(N_("Metrics are only for the networks in REJOINDER_METRICS_ALLOW.")))
    count_read()
    metrics: Metrics = current_app.extensions["rejoinder.metrics"]
    return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)


def _is_allowed() -> bool:
    settings = resources().settings
    if not settings.proxy_hops and "X-Forwarded-For" in request.headers:
        return False  # a proxy on this machine that the settings do not know: everybody would come from loopback
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in settings.metrics_allow)
