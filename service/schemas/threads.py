"""Threads as the public reads them, and requests about them."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from moderation.conversation import Order
from moderation.messages import N_, Message
from moderation.thread_key import MAX_KEY
from service.schemas.answers import Answer, Moment
from service.schemas.fields import Instant, Listed, OneOf, Strict, Switch, Text, Whole, wrong
from service.schemas.page import MAX_TITLE
from service.schemas.submission import MAX_BODY, MAX_ID, MAX_WEBSITE
from service.schemas.text_kinds import KeyText, WebText

MAX_CURSOR = 200
MAX_COUNTED = 100

_COUNTED = [Message(N_("Give 1 to %(most)s keys, as keys=a,b or as key=a&key=b."), {"most": MAX_COUNTED})]


class Node(fields.Raw):
    """A node of a text with marks, as `service/formats/rich_text.py` makes it."""

    def __init__(self) -> None:
        super().__init__(metadata={"type": ["string", "array"]})


class PublicCommentSchema(Answer):
    """One approved comment. There is no e-mail address in it, nor anything made from one."""

    id = fields.String()
    name = fields.String()
    website = fields.String(metadata={"description": "An http or https address, or empty."})
    body = fields.String(metadata={"description": "Plain text, never HTML: escape it where you show it."})
    rich = fields.List(
        Node(),
        allow_none=True,
        metadata={
            "description": "Where the site uses Markdown and the body has marks: the body as a tree, each "
            "node a text or [tag, argument, child, …]; the argument is a link's href, a list's first number or null."
        },
    )
    at = Moment()
    parent = fields.String(metadata={"description": "The comment that it answers, or empty."})
    reply_to = fields.String(metadata={"description": "The name of that comment's author, or empty."})
    depth = fields.Integer(metadata={"description": "0 for a comment on the page, 1 for a reply to it, and so on."})
    withdrawn = fields.Boolean(
        metadata={"description": "Whether its author withdrew it; only its place is left, because it has replies."}
    )
    by_site = fields.Boolean(metadata={"description": "Whether it is an answer of the site's own."})


class PublicThreadSchema(Answer):
    """Some of a thread's approved comments, each reply after what it answers."""

    comments = fields.List(fields.Nested(PublicCommentSchema))
    count = fields.Integer(metadata={"description": "How many approved comments the thread has in all."})
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, null on the last."})
    page = fields.Integer(metadata={"description": "The number of this page, from 1."})
    pages = fields.Integer(metadata={"description": "How many pages of this size there are."})
    closed = fields.Boolean(metadata={"description": "Whether new comments are held because the page is closed."})
    key = fields.String(metadata={"description": "The thread's key: after a move, another one than you asked for."})


class ThreadQuerySchema(Strict):
    """Which page of a thread."""

    limit = Whole(least=1, most=200, load_default=200)
    cursor = Text(most=MAX_CURSOR, load_default="", metadata={"description": "`next` of the page before."})
    page = Whole(least=1, most=1_000_000, load_default=1)
    around = Text(
        most=MAX_ID, load_default="", metadata={"description": "A comment whose page is wanted, whichever it is."}
    )
    order = fields.String(
        validate=OneOf([*Order]),
        load_default=Order.OLDEST.value,
        metadata={"description": "Of the conversations; within one, replies always follow what they answer."},
    )

    @validates_schema
    def check_cursor(self, values: dict[str, Any], **_: Any) -> None:
        """A cursor goes on where a page ended, so nothing else may name a page with it."""
        if values.get("cursor") and (values["page"] > 1 or values["around"] or values["order"] != Order.OLDEST):
            raise wrong(N_("A cursor cannot be used together with page, around or order."))


class FeedQuerySchema(Strict):
    """How much of a feed."""

    limit = Whole(least=1, most=50, load_default=50)


class CountQuerySchema(Strict):
    """Which threads to count: `keys`, and `key` once for each, may be used together."""

    keys = Text(
        most=MAX_COUNTED * (MAX_KEY + 1),
        lines=True,
        load_default="",
        metadata={"description": "Keys, parted by commas, percent-encoded or not: for keys without a comma in them."},
    )
    key = Listed(
        Text(least=1, most=MAX_WEBSITE, lines=True),
        load_default=list,
        metadata={"description": "One key, with any commas; repeat it for more."},
    )

    @post_load
    def join(self, values: dict[str, Any], **_: Any) -> list[str]:
        """The keys of both, each once. Raises ValidationError for none and for too many."""
        keys = [*filter(None, map(str.strip, values["keys"].split(","))), *values["key"]]
        if not 1 <= len(set(keys)) <= MAX_COUNTED:
            raise ValidationError(_COUNTED, "keys")
        return list(dict.fromkeys(keys))


class CountsSchema(Answer):
    """How many approved comments each of these threads has, by key; 0 for a page that nobody commented on."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), metadata={"example": {"/a-page": 3}})


class ThreadsQuerySchema(Strict):
    """Which threads to list."""

    changed_since = Instant(
        load_default=None,
        metadata={"description": "Only what changed then or later, also threads that lost all their comments."},
    )
    limit = Whole(least=1, most=200, load_default=200)
    cursor = Text(most=MAX_CURSOR, load_default="", metadata={"description": "`next` of the page before."})


class ListedThreadSchema(Answer):
    """A thread with published comments."""

    key = fields.String()
    url = fields.String(metadata={"description": "The page's address, or empty."})
    title = fields.String(metadata={"description": "The page's title, or empty."})
    count = fields.Integer(metadata={"description": "How many approved comments it has."})
    changed_at = Moment()
    closed = fields.Boolean(attribute="is_closed")


class ThreadListSchema(Answer):
    """Some threads, in the order of their last change."""

    threads = fields.List(fields.Nested(ListedThreadSchema))
    next = fields.String(allow_none=True, metadata={"description": "The cursor of the next page, null on the last."})


class ReceiptSchema(Answer):
    """The answer to the sender of a comment."""

    id = fields.String()
    status = fields.String(validate=validate.Equal("pending"))
    status_url = fields.String(metadata={"format": "uri", "description": "Only its holder can see the status."})


class FormQuerySchema(Strict):
    """For which page a form token is."""

    thread = KeyText(least=1, most=MAX_KEY, metadata={"description": "The thread's key."})


class FormTokenSchema(Answer):
    """A token for one form."""

    token = fields.String()
    mail = fields.Boolean(metadata={"description": "Whether the form may offer mail to the author."})
    parts = fields.List(fields.String(), metadata={"description": "Parts of the script that this site's form needs."})


class ChallengeSchema(Answer):
    """A challenge, as altcha's widget and solvers read it."""

    parameters = fields.Dict(
        metadata={"description": "What to solve: altcha's PoW v2, with PBKDF2/SHA-256. It expires after ten minutes."}
    )
    signature = fields.String(metadata={"description": "Part of the solution that is sent back."})


class PreviewSchema(Strict):
    """A text that is being written."""

    body = Text(least=1, most=MAX_BODY, lines=True, metadata={"example": "That is *it*."})


class PreviewedSchema(Answer):
    """How the text would look: as `rich` of a comment."""

    rich = fields.List(Node(), allow_none=True)


class ToneSchema(Answer):
    """What to ask the author."""

    kinder = fields.Boolean(metadata={"description": "Whether to ask once to put it more kindly."})


class ThreadChangeSchema(Strict):
    """What to change of a thread; what is left out stays."""

    closed = Switch(metadata={"description": "Close it, or take that back; its age closes it all the same."})
    kept_open = Switch(metadata={"description": "Open it and keep it open whatever its age; or let its age count."})
    key = KeyText(
        least=1, most=MAX_KEY, required=False, metadata={"description": "Its new key; the old one still works."}
    )
    url = WebText(
        least=1, most=MAX_WEBSITE, required=False, metadata={"description": "On one of the site's origins."}
    )
    title = Text(least=1, most=MAX_TITLE, required=False)

    @validates_schema
    def check_any(self, values: dict[str, Any], **_: Any) -> None:
        """Nothing to change is a mistake."""
        if not values:
            raise wrong(N_("There is nothing to change; give closed, kept_open, key, url or title."))
        if values.get("closed") and values.get("kept_open"):
            raise wrong(N_("A page cannot be closed and kept open; leave out closed or kept_open."))


class ThreadAnswerSchema(Answer):
    """A thread as moderators see it."""

    key = fields.String()
    url = fields.String()
    title = fields.String()
    closed_at = Moment(allow_none=True)


class ChangedThreadSchema(ThreadAnswerSchema):
    """A thread after a change: from when on its page takes no comments, and whether age never closes it.

    closes_at: by hand or by its age, possibly to come; null for never.
    """

    closes_at = Moment(allow_none=True)
    kept_open = fields.Boolean(
        metadata={"description": "Whether a moderator opened it, so that age does not close it."}
    )


PUBLIC_THREAD = PublicThreadSchema()
THREAD_QUERY = ThreadQuerySchema()
FEED_QUERY = FeedQuerySchema()
COUNT_QUERY = CountQuerySchema()
COUNTS = CountsSchema()
THREADS_QUERY = ThreadsQuerySchema()
THREAD_LIST = ThreadListSchema()
RECEIPT = ReceiptSchema()
FORM_QUERY = FormQuerySchema()
FORM_TOKEN = FormTokenSchema()
CHALLENGE = ChallengeSchema()
PREVIEW = PreviewSchema()
PREVIEWED = PreviewedSchema()
TONE = ToneSchema()
THREAD_CHANGE = ThreadChangeSchema()
THREAD = ChangedThreadSchema()
