"""Composes mails: one list of blocks becomes a plain text and an HTML part that say the same.

The HTML needs no picture and no script, follows the reader's light or dark mode, and loads nothing. Whatever comes
from outside is text: escaped in HTML, and on one line in headers.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from moderation.comment import Email
from moderation.mail.addresses import Mailbox
from moderation.mail.smtp import Envelope
from moderation.messages import SOURCE_LANGUAGE, direction

MAX_SUBJECT = 150
MAX_QUOTE = 2_000
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, with a line above it that says who and where."""

    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Links:
    """Links in one row, each a label and a URL. is_quiet: those at the end of a mail, which are no buttons."""

    links: tuple[tuple[str, str], ...]
    is_quiet: bool = False


Block = Paragraph | Quote | Links


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. conversation: the id of what it is about; mails with the same one are shown as one thread.

    unsubscribe: a URL that ends such mails by one POST (RFC 8058); "" for a mail that was asked for. language: of its
    texts, a BCP 47 tag.
    """

    subject: str
    blocks: Sequence[Block]
    conversation: str = ""
    unsubscribe: str = ""
    language: str = SOURCE_LANGUAGE


def compose(letter: Letter, sender: Mailbox, recipient: Email, *, id: str, at: datetime) -> Envelope:
    """The letter as a mail. id: the same on every attempt, so that a mail that arrives twice can be recognized."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender.header()
    mail["To"] = Mailbox(recipient).header()
    mail["Subject"] = _one_line(letter.subject)
    mail["Date"] = at
    mail["Message-ID"] = f"<{id}@{sender.domain}>"
    if letter.conversation:
        mail["In-Reply-To"] = mail["References"] = f"<{letter.conversation}@{sender.domain}>"
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notice comes back
    if letter.unsubscribe:
        mail["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(as_text(letter.blocks), cte="quoted-printable")
    mail.add_alternative(as_html(letter), subtype="html", cte="quoted-printable")
    return Envelope(sender.email, recipient, mail.as_bytes())


def as_text(blocks: Sequence[Block]) -> str:
    """The plain text part."""
    return "\n\n".join(_text_of(block) for block in blocks) + "\n"


def as_html(letter: Letter) -> str:
    """The HTML part: a whole page with its own few styles."""
    body = "\n".join(_html_of(block) for block in letter.blocks)
    shown = {"language": letter.language, "direction": direction(letter.language)}
    return _PAGE.format(**shown, title=escape(_one_line(letter.subject)), style=_STYLE, body=body)


def _text_of(block: Block) -> str:
    match block:
        case Paragraph():
            return _visible(block.text)
        case Quote():
            lines = _visible(_shortened(block.text)).splitlines()
            return "\n".join([_one_line(block.about), *(f"> {line}".rstrip() for line in lines)])
        case Links():
            return "\n".join(f"{_one_line(label)}:\n{url}" for label, url in block.links)


def _html_of(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<p>{_lines(block.text)}</p>"
        case Quote():
            about, text = escape(_one_line(block.about)), _lines(_shortened(block.text))
            return f"<p class=about>{about}</p>\n<blockquote dir=auto>{text}</blockquote>"
        case Links():
            links = "\n".join(f'<a href="{escape(url)}">{escape(label)}</a>' for label, url in block.links)
            return f"<p class={'quiet' if block.is_quiet else 'links'}>{links}</p>"


def _lines(text: str) -> str:
    return escape(_visible(text)).replace("\n", "<br>\n")


def _visible(text: str) -> str:
    """The text without characters that could rewrite a terminal; line ends and tabs stay."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each if each in "\n\t" or not _is_control(each) else "\ufffd" for each in plain)


def _one_line(text: str) -> str:
    """The text as a header may hold it: no line end, no control character, and not too long."""
    line = " ".join("".join(" " if _is_control(each) else each for each in text).split())
    return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 1]}…"


def _is_control(each: str) -> bool:
    """Whether a character could end a line, rewrite a terminal, or turn the direction of what follows it."""
    return unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} or each in _TURNS


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_QUOTE else f"{text[:MAX_QUOTE]}…"


_STYLE = (
    ":root{color-scheme:light dark}"
    "body{margin:0;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:#1c1c1e;background:#fff}"
    "main{max-width:36rem;margin:0 auto}"
    "p{margin:0 0 1rem}"
    ".about{margin:1.5rem 0 .25rem;font-weight:600}"
    "blockquote{margin:0 0 1rem;padding:.25rem 0;padding-inline-start:.75rem;"
    "border-inline-start:3px solid #b8b8bd;overflow-wrap:anywhere}"
    "a{color:#0b57a4}"
    ".quiet{margin-top:2rem;font-size:.875rem}.quiet a{display:inline-block;margin:0 0 .5rem;margin-inline-end:1rem}"
    ".links a{display:inline-block;margin:0 0 .5rem;margin-inline-end:.5rem;padding:.5rem .9rem;"
    "border:1px solid #b8b8bd;border-radius:.4rem;text-decoration:none}"
    "@media(prefers-color-scheme:dark){body{color:#ececf0;background:#1c1c1e}a{color:#8ec5ff}"
    "blockquote,.links a{border-color:#5a5a60}}"
)
_PAGE = """<!doctype html>
<html lang="{language}" dir="{direction}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>{title}</title><style>{style}</style></head>
<body><main>
{body}
</main></body>
</html>
"""
