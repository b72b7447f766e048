"""Whether the process lives, whether it can do its work, and its figures."""

from flask import Flask

from service.resources import resources


def register(app: Flask) -> None:
    """Add the routes, outside `/v1`: monitors know them by these names."""
    app.add_url_rule("/health", "health", health)
    app.add_url_rule("/ready", "ready", ready)


def health() -> dict[str, str]:
    """The process lives. Nothing else is asked."""
    return {"status": "ok"}


def ready() -> dict[str, str]:
    """The process can do its work."""
    resources().store.ping()
    return {"status": "ready"}
