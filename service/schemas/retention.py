"""For how long a site keeps things, in and out."""

from moderation.erasing.retention import MAX_DAYS
from service.schemas.fields import Strict, Whole


class RetentionSchema(Strict):
    """For how many days a site keeps things; null for ever. What is left out takes its default."""

    spam_days = Whole(least=1, most=MAX_DAYS, allow_none=True)
    rejected_days = Whole(least=1, most=MAX_DAYS, allow_none=True)
    email_days = Whole(least=1, most=MAX_DAYS, allow_none=True)
    network_days = Whole(least=1, most=MAX_DAYS, allow_none=True)
    delivery_days = Whole(least=1, most=MAX_DAYS, allow_none=True)


RETENTION = RetentionSchema()
