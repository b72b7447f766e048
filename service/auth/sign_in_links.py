"""One-time sign-in links."""

from datetime import datetime, timedelta

from moderation.config.settings import Settings
from moderation.store import UnitOfWork

LINK_LIFETIME = timedelta(hours=24)


def sign_in_link(uow: UnitOfWork, moderator_id: str, settings: Settings, *, at: datetime) -> str:
    """A new link for this moderator. It works once, within LINK_LIFETIME of `at`."""
    token = uow.accounts.issue_sign_in(moderator_id, kind="link", lifetime=LINK_LIFETIME, at=at)
    return f"{settings.public_url}/dashboard/sign-in/{token}"
