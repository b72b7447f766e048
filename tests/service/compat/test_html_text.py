"""HTML as text: every character knows where it was sent, and broken HTML is read in linear time."""

import pytest

from service.compat.html_text import as_sent, text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("a <b>bold</b> <a href='x'>link</a>", "a bold link"),
        ("<p>one</p><p>two<br/>three</p>", "one\ntwo\nthree\n"),
        ("1 &lt; 2 &amp;&amp; &#x1F600;&#33; &nosuch; & so", "1 < 2 && 😀! &nosuch; & so"),
        ("a<script>x()</script>b<style>y</style>c", "abc"),
        ("a<!-- note -->b", "ab"),
        ("I <3 you, a<b and a < b", "I <3 you, a<b and a < b"),
        ("<script>no end: idiot", "no end: idiot"),
        ("<!-- no end: idiot", "<!-- no end: idiot"),
        ("<title>idiot</title>", "idiot"),
        ("&#0;&#xD800;", "\ufffd\ufffd"),
    ],
)
def test_a_reader_sees_this_text(html, text):
    assert text_of_html(html).text == text


def test_every_character_knows_where_it_was_sent():
    html = "<p>👋 id<i>io</i>t &amp; fool</p>"

    read = text_of_html(html)

    for part, sent in (("idiot", "id<i>io</i>t"), ("&", "&amp;"), ("👋", "👋")):
        begin = read.text.index(part)
        first, last = read.place_of(begin, begin + len(part))
        assert html[first:last] == sent
    assert as_sent(html).place_of(3, 8) == (3, 8)


@pytest.mark.parametrize("part", ["<!--", "<a", "<a x='", "</", "&", "<script>", "<![CDATA[", "<?", "</script"])
def test_what_broken_html_lacks_is_looked_for_once(part):
    """Reading a text twice as long passes over twice as many characters."""
    short, long = (passed_over(part * n) for n in (500, 1000))

    assert long <= 2 * short + 100


def passed_over(html):
    """How many characters the searches for the ends of tags and comments pass over."""
    passed = []

    class Counting(str):
        __slots__ = ()

        def find(self, what, start=0):
            found = super().find(what, start)
            passed.append((found if found >= 0 else len(self)) - start)
            return found

    text_of_html(Counting(html))
    return sum(passed)
