"""HTML as text."""

import pytest

from moderation.imports.html_text import plain_text, text_of_html
from tests.growth import growth


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("", ""),
        ("plain  text\nof  two lines", "plain text of two lines"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<p>One</p>\n\n<p>Two<br/>Three<br><br>Four</p>", "One\n\nTwo\nThree\n\nFour"),
        ("<div>One</div><div>Two</div>", "One\n\nTwo"),
        (
            "<blockquote><p>Said</p><blockquote>Before</blockquote></blockquote>Reply",
            "> Said\n>\n> > Before\n\nReply",
        ),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>end", "- a\n- b\n- c\n\nend"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<code>x &lt; y</code>", "`x < y`"),
        ("<pre><code>if a:\n    b()\n</code></pre>after", "if a:\n    b()\n\nafter"),
        ("<code>&amp;lt;br&amp;gt;</code>", "`&lt;br&gt;`"),
        ("Tom &amp; Jerry &amp;amp; Spike", "Tom & Jerry & Spike"),
        ("&quot;a&quot; &amp;quot;b&amp;quot; &amp;#039;c&amp;#039; &nbsp;d", '"a" "b" \'c\' d'),
        ("1 < 2 and 3 > 2 <3", "1 < 2 and 3 > 2 <3"),
        ("a &b; &copy", "a &b; ©"),
        ('<a href="https://x.example/">site</a>', "site (https://x.example/)"),
        ('<a href="https://x.example/">https://x.example/</a>', "https://x.example/"),
        ('<a href="https://x.example/">x.example</a>', "https://x.example/"),
        ('<a href="https://x.example/long/path">https://x.exam…</a>', "https://x.example/long/path"),
        ('<a href="https://x.example/long/path">x.example/lo...</a>', "https://x.example/long/path"),
        ('<a href="https://x.example/a"></a>', "https://x.example/a"),
        ('<a href="javascript:alert(1)">click</a>', "click"),
        ('<a href="#c1">@Ada</a> hi', "@Ada hi"),
        ('<a href="https://x.example/">never closed', "never closed (https://x.example/)"),
        ('<img src="https://x.example/cat.jpg" alt="A cat">', "A cat (https://x.example/cat.jpg)"),
        ('<img src="https://x.example/s.gif" alt=":-)" class="wp-smiley">', ":-)"),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ("<script>alert(1)</script><style>p{}</style>text", "text"),
        ("<!-- wp:paragraph --><p>x</p><!-- /wp:paragraph -->", "x"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<b>bold</b> <i>and</i> <del>struck</del>", "bold and struck"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("</p></div>stray ends</blockquote>", "stray ends"),
        ('<iframe src="https://video.example/1"></iframe>', "https://video.example/1"),
        ("one<br />\ntwo", "one\ntwo"),
    ],
)
def test_html_reads_as_text(source, text):
    assert text_of_html(source) == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("One\nTwo\n\n\nThree", "One\nTwo\n\n\nThree"),
        ("One &amp; only\r\n\r\nTwo", "One & only\n\nTwo"),
        ("<strong>One</strong>\n<em>Two</em>", "One\nTwo"),
        ("Before\n<blockquote>Said\nso</blockquote>\nAfter", "Before\n\n> Said\n> so\n\nAfter"),
    ],
)
def test_line_ends_stay_where_they_are_shown(source, text):
    assert text_of_html(source, keeps_lines=True) == text


def test_a_name_is_unescaped_once_or_twice():
    assert plain_text("Ada &amp;amp; Ben &lt;3") == "Ada & Ben <3"


@pytest.mark.parametrize(
    "part",
    [
        "<",
        "<a",
        "<a href='",
        "<blockquote>x",
        "&",
        "<!--",
        "<p>",
        "<a>",
        "</",
        "<!",
        "<ul>x",
        "&#x",
        "<a b=\"c' ",
        "-->",
    ],
)
def test_broken_html_of_any_kind_takes_time_in_proportion_to_its_length(part):
    assert growth(text_of_html, part, count=500) < 9
