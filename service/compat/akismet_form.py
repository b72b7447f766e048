"""What a client of Akismet sends, read leniently: a plugin cannot correct a field that is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import request
from marshmallow import ValidationError

from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.store.keys import AKISMET_DIGITS
from moderation.thread_key import MAX_KEY
from service.http.errors import Unreadable
from service.http.request_parsing import read_body
from service.schemas.fields import Text
from service.schemas.submission import MAX_BODY, MAX_EMAIL, MAX_NAME, MAX_WEBSITE
from service.schemas.text_kinds import EmailText, NetworkText, WebText

MAX_FIELDS = 2_000
"""WordPress' plugin sends its whole form and the request's headers along."""

MAX_ADDRESS = 64

_CHARSETS = re.compile(
    r"utf-?8|us-ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru]|gbk|gb2312|gb18030|big5|euc-(?:jp|kr)"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SHORT_KEY = re.compile(rf"[0-9a-f]{{{AKISMET_DIGITS}}}", re.IGNORECASE)

_EMAIL, _WEBSITE, _ADDRESS = EmailText(most=MAX_EMAIL), WebText(most=MAX_WEBSITE), NetworkText(most=MAX_ADDRESS)

SPAM_AUTHORS = frozenset({"viagra-test-123", "akismet-guaranteed-spam"})
SPAM_EMAIL = "akismet-guaranteed-spam@example.com"

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AkismetRequest:
    """One request. fields: of the query and of the form; host: as the client addressed it, with the key in it or not.

    user_agent: of the client, not of the comment's author.
    """

    fields: Fields
    host: str = ""
    user_agent: str = ""

    def key(self, *, is_subject: bool) -> str:
        """The key, wherever the client put it; "" without one.

        is_subject: whether the request is about a key. It is in `key` then, while WordPress' plugin still sends the
        one that it has stored as `api_key`.
        """
        label = self.host.partition(".")[0]
        names = ("key", "api_key") if is_subject else ("api_key", "key")
        named = next(filter(None, (self.fields.get(name, "").strip() for name in names)), "")
        return named or (label if _SHORT_KEY.fullmatch(label) else "")

    @property
    def is_test(self) -> bool:
        """Whether nothing is to be kept of it."""
        return self.fields.get("is_test", "").strip().lower() in {"1", "true"}

    @property
    def must_discard(self) -> bool:
        """Whether a test wants the answer for blatant spam."""
        return self.is_test and self.fields.get("test_discard", "").strip().lower() in {"1", "true"}

    @property
    def is_guaranteed_spam(self) -> bool:
        """Whether the author is one that is always called spam, so that a set-up can be tried."""
        author, email = self.fields.get("comment_author", ""), self.fields.get("comment_author_email", "")
        return author.strip() in SPAM_AUTHORS or email.strip().lower() == SPAM_EMAIL

    @property
    def is_by_administrator(self) -> bool:
        """Whether the author runs the site that sends this: never spam."""
        return "administrator" in self.fields.get("user_role", "").split(",")

    @property
    def recheck_reason(self) -> str:
        """Why the client asks again about a comment; "" when it asks for the first time."""
        return self.fields.get("recheck_reason", "").strip()

    @property
    def is_comment_of_plugin(self) -> bool:
        """Whether WordPress' own plugin asks about a comment, which it can hold, rather than about another form."""
        is_plugin = self.user_agent.startswith("WordPress/") and "| Akismet/" in self.user_agent
        return is_plugin and "comment_post_ID" in self.fields

    def submission(self) -> Submission:
        """The comment. A field that cannot be used is left out, and one that is too long is cut."""
        page = _checked(_WEBSITE, self._line("permalink", MAX_WEBSITE))
        return Submission(
            name=self._line("comment_author", MAX_NAME),
            email=Email(_checked(_EMAIL, self._line("comment_author_email", MAX_EMAIL))),
            website=_checked(_WEBSITE, self._line("comment_author_url", MAX_WEBSITE)),
            body=self.fields.get("comment_content", "").replace("\r\n", "\n")[:MAX_BODY],
            thread=ThreadRef(page[:MAX_KEY], page),
        )

    def arrival(self, *, key_id: str) -> SubmissionMetadata:
        """How the author sent it, with what the hidden field of the client's form held."""
        address = _checked(_ADDRESS, self._line("user_ip", MAX_ADDRESS))
        trap = self._trap()
        return SubmissionMetadata(address=address, sender=key_id, trap_field=trap, from_form=bool(trap))

    def _trap(self) -> str:
        named = self.fields.get(self.fields.get("honeypot_field_name", ""), "")
        return (named or self.fields.get("POST_ak_hp_textarea", "")).strip()[:MAX_NAME]

    def _line(self, name: str, most: int) -> str:
        return _CONTROL.sub(" ", self.fields.get(name, "")).strip()[:most]


def read_request() -> AkismetRequest:
    """The current request. Raises Unreadable, RequestEntityTooLarge."""
    pairs = [*request.args.items(multi=True), *_form_pairs()]
    fields = {name: _storable(value) for name, value in pairs}
    return AkismetRequest(fields, request.host, request.headers.get("User-Agent", ""))


def _form_pairs() -> list[tuple[str, str]]:
    raw = read_body()
    if request.mimetype == "multipart/form-data":
        return list(request.form.items(multi=True))
    try:
        return parse_qsl(
            raw.decode("utf-8", "replace"),
            keep_blank_values=True,
            encoding=_charset(),
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError as problem:
        raise Unreadable(f"There are more than {MAX_FIELDS:,} fields.") from problem


def _charset() -> str:
    """The charset of the form, where the client names one that is common; otherwise UTF-8."""
    named = request.mimetype_params.get("charset", "").lower()
    return named if _CHARSETS.fullmatch(named) else "utf-8"


def _storable(text: str) -> str:
    """The text without what no database keeps: NULs, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _checked(field: Text, text: str) -> str:
    """The text, if the field takes it, else ""."""
    try:
        value: Any = field.deserialize(text) if text else ""
    except ValidationError:
        return ""
    return str(value)
