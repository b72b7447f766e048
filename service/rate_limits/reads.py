"""Counts the reads that cost: what is rendered or searched for one reader. What is cached is not counted."""

from flask import request

from moderation.privacy import network_of
from service.resources import resources


def count_read() -> None:
    """Count this request for its network, before the costly part. Raises TooMany."""
    resources().limiter.admit_read(network_of(request.remote_addr or ""))
