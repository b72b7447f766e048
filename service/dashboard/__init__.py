"""The moderators' face: pages that work without JavaScript. One page or action a file; nothing here writes SQL."""

from service.dashboard import comment, decide, password, queue, reveal, search, sign_in, undo, webhooks
from service.dashboard.blueprint import bp

__all__ = ["bp", "comment", "decide", "password", "queue", "reveal", "search", "sign_in", "undo", "webhooks"]
