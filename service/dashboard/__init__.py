"""The moderators' pages, usable without JavaScript: one file for each page or action.

To add a page: a module here with a view on `blueprint.bp`, its import below, a template in
`service/templates/dashboard`, for a place of its own a line in `rail.py`, for a section of the settings a row of
`settings.SECTIONS`, and a paragraph in docs/dashboard.md.
"""

from service.dashboard import (
    appeals,
    audit,
    author,
    automation,
    campaigns,
    comment,
    decide,
    imports,
    keys,
    learning,
    mail_links,
    moderators,
    news,
    notifications,
    password,
    people,
    policy,
    queue,
    reports,
    reveal,
    search,
    second_looks,
    settings,
    sign_in,
    site,
    undo,
    webhooks,
)
from service.dashboard.blueprint import bp

__all__ = [
    "appeals",
    "audit",
    "author",
    "automation",
    "bp",
    "campaigns",
    "comment",
    "decide",
    "imports",
    "keys",
    "learning",
    "mail_links",
    "moderators",
    "news",
    "notifications",
    "password",
    "people",
    "policy",
    "queue",
    "reports",
    "reveal",
    "search",
    "second_looks",
    "settings",
    "sign_in",
    "site",
    "undo",
    "webhooks",
]
