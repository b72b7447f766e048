"""Whatever a reader writes is text in a mail, and never a header."""

from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest

from moderation.comment import Email
from moderation.mail.addresses import Mailbox
from moderation.mail.compose import Letter, Links, Paragraph, Quote, compose
from tests.builders import NOON

OURS = Mailbox(Email("comments@blog.example"), 'Grüße, "The blog"')
ADA = Email("ada@example.org")
HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"}
THREADED = {"In-Reply-To", "References"}
LISTED = {"List-Unsubscribe", "List-Unsubscribe-Post"}


def read(letter):
    return message_from_bytes(compose(letter, OURS, ADA, id="evt_1", at=NOON).content, policy=policy.default)


def parts(mail):
    return [mail.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\u0085", "\0", "\x0b"])
def test_no_title_and_no_name_adds_a_header_or_a_body(end):
    evil = f"Bread{end}Bcc: victim@example.org{end}{end}<script>alert(1)</script>"

    mail = read(Letter(evil, [Quote(evil, evil)]))

    assert set(mail.keys()) == HEADERS
    assert mail["Subject"] == "Bread Bcc: victim@example.org <script>alert(1)</script>"
    assert len(list(mail.iter_parts())) == 2
    assert "<script>" not in parts(mail)[1]


def test_a_subject_of_any_script_comes_out_as_it_went_in():
    subject = "Grüße, 你好, مرحبا: a long title " * 4

    mail = read(Letter(subject, [Paragraph("Hello.")]))

    assert mail["Subject"] == subject.strip()
    assert all(
        len(line) <= 998 for line in compose(Letter(subject, []), OURS, ADA, id="e", at=NOON).content.splitlines()
    )


def test_a_very_long_subject_is_cut():
    assert len(read(Letter("a" * 500, []))["Subject"]) == 150


def test_both_parts_say_the_same():
    text = "First line, 1 < 2 & 3.\nSecond line: grüße."
    blocks = [
        Paragraph("Somebody wrote."),
        Quote("Rita on A page", text),
        Links((("Open it", "https://c.example/x?a=1&b=2"),)),
    ]

    plain, html = parts(read(Letter("A subject", blocks)))

    assert plain == (
        "Somebody wrote.\n\nRita on A page\n> First line, 1 < 2 & 3.\n> Second line: grüße.\n\n"
        "Open it:\nhttps://c.example/x?a=1&b=2\n"
    )
    page = Reader()
    page.feed(html)
    assert page.hrefs == ["https://c.example/x?a=1&b=2"]
    assert [line for line in plain.replace("> ", "").splitlines() if line and line not in page.text] == [
        "Open it:",
        "https://c.example/x?a=1&b=2",
    ]


def test_the_html_loads_nothing():
    html = parts(read(Letter("A subject", [Paragraph("![x](https://evil.example/x.png) <img src=//evil.example>")])))[
        1
    ]

    page = Reader()
    page.feed(html)

    assert page.loaded == []
    assert "url(" not in html and "@import" not in html


def test_a_text_cannot_rewrite_a_terminal():
    plain, html = parts(read(Letter("A subject", [Quote("Rita", "\x1b[2Jgone\x9b1m\u202e")])))

    assert "\x1b" not in plain + html and "\x9b" not in plain + html and "\u202e" not in plain + html


def test_mails_about_one_thing_are_one_conversation_and_each_attempt_has_the_same_id():
    letter = Letter("A subject", [], conversation="thr_1", unsubscribe="https://c.example/u")

    first, second = read(letter), read(letter)

    assert set(first.keys()) == HEADERS | THREADED | LISTED
    assert first["References"] == first["In-Reply-To"] == "<thr_1@blog.example>"
    assert first["Message-ID"] == second["Message-ID"] == "<evt_1@blog.example>"
    assert first["List-Unsubscribe"] == "<https://c.example/u>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


class Reader(HTMLParser):
    """Collects the text, the links, and whatever a mail program would load."""

    def __init__(self):
        super().__init__()
        self.text, self.hrefs, self.loaded = "", [], []

    def handle_starttag(self, tag, attrs):
        self.hrefs += [value for name, value in attrs if name == "href"]
        self.loaded += [tag for name, _ in attrs if name in {"src", "srcset", "background", "data"}]
        self.loaded += [tag] if tag in {"img", "script", "link", "iframe", "object"} else []

    def handle_data(self, data):
        self.text += data
