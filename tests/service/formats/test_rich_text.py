import re
from html.parser import HTMLParser

import pytest

from service import bundles
from service.formats.rich_text import DEEPEST, MOST, TAGS, as_html, as_json, rich_text
from tests.security.payloads import ALL, PAYLOADS

ADDRESS = "https://a.example/_foo_bar_"
WRAPPERS = (
    "{}",
    "*{}*",
    "**{}**",
    "`{}`",
    "> {}",
    "- {}",
    "```{0}\n{0}\n```",
    "[{}](https://a.example)",
    "[x]({})",
    "[{0}](<{0}>)",
)


def html_of(body):
    return str(as_html(rich_text(body)))


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("*a* and **b**", '<p dir="auto"><em>a</em> and <strong>b</strong></p>'),
        ("`a < b`", '<p dir="auto"><code>a &lt; b</code></p>'),
        ("```py\na\n  b\n```", '<pre dir="auto"><code>a\n  b</code></pre>'),
        ("> a\n> b\n\nc", '<blockquote dir="auto"><p dir="auto">a<br>b</p></blockquote><p dir="auto">c</p>'),
        ("- a\n- b", '<ul><li dir="auto">a</li><li dir="auto">b</li></ul>'),
        ("3. a\n4. b", '<ol start="3"><li dir="auto">a</li><li dir="auto">b</li></ol>'),
        (
            "[a](https://a.example)",
            '<p dir="auto"><a href="https://a.example" rel="ugc nofollow noopener">a</a></p>',
        ),
        (r"\*a\* and ¯\\\_(ツ)\_/¯", '<p dir="auto">*a* and ¯\\_(ツ)_/¯</p>'),
    ],
)
def test_a_mark_becomes_its_element(body, html):
    assert html_of(body) == html


@pytest.mark.parametrize(
    "body",
    [
        "Plain.",
        "two\nlines",
        f"See {ADDRESS}.",
        "# no heading",
        "***",
        "| a | b |",
        "<b>no</b>",
        "&lt;",
        "2 * 3 * 4",
        "a_b_c",
    ],
)
def test_what_has_none_of_the_marks_stays_plain_text(body):
    assert rich_text(body) is None


def test_a_site_that_does_not_use_markdown_has_plain_text():
    assert rich_text("*a*", is_rich=False) is None


def test_underscores_of_an_address_mean_nothing():
    html = html_of(f"*See* {ADDRESS}, or (https://b.example/x).")

    assert re.findall('href="([^"]*)"', html) == [ADDRESS, "https://b.example/x"]
    assert f">{ADDRESS}</a>, or" in html


@pytest.mark.parametrize("words", ["https://good.example", "www.good.example", "good.example", "*good.example*"])
def test_a_link_whose_words_look_like_an_address_shows_its_own(words):
    html = html_of(f"[{words}](https://evil.example)")

    assert "good" not in html
    assert ">https://evil.example</a>" in html


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "https://a:b@c.example", ""]
)
def test_a_link_leads_only_where_a_bare_address_could(address):
    assert "<a" not in html_of(f"*x* [words]({address})")


def test_an_image_is_no_image():
    assert html_of("![alt](https://a.example/x.png)").startswith('<p dir="auto">!<a ')


def test_nothing_of_a_text_is_lost_however_deep_it_is_nested():
    deep = "".join(f"{'> ' * depth}level {depth}\n\n" for depth in range(1, 40))

    assert rich_text(deep) is None
    assert rich_text("> " * (DEEPEST // 2 - 1) + "*a*") is not None


def test_a_long_text_stays_plain():
    assert rich_text("*a* " + "b" * MOST) is None


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_hostile_text_becomes_nothing_but_the_elements_of_the_subset(wrapper):
    found = Elements()

    for payload in (*PAYLOADS, ALL):
        found.feed(str(as_html(rich_text(wrapper.format(payload)) or [])))

    assert found.tags <= TAGS
    assert found.attributes <= {"dir", "href", "rel", "start"}
    assert all(address.startswith(("http://", "https://")) for address in found.addresses)


def test_a_script_gets_the_same_as_a_tree():
    tree = as_json(rich_text("3. *a*\n\n[b](https://b.example)"))

    assert tree == [
        ["ol", 3, ["li", None, ["em", None, "a"]]],
        ["p", None, ["a", "https://b.example", "b"]],
    ]


def test_the_script_makes_the_same_elements():
    script = bundles.source("embed.js")

    assert set(re.search(r'const TAGS = "([a-z ]+)"', script)[1].split()) == TAGS


class Elements(HTMLParser):
    """The names of all elements and attributes, and where links lead."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.addresses = set(), set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name == "href"]
