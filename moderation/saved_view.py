"""A list of comments under a name: its filters, for one moderator or for all."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedView:
    """query: the filters as a query string, without any e-mail address. is_shared: whether others see it."""

    id: str
    moderator_id: str
    name: str
    query: str
    is_shared: bool
    created_at: datetime
