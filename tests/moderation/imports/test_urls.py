"""Keys of threads from addresses of pages."""

import pytest

from moderation.errors import Invalid
from moderation.imports.items import SourcePage
from moderation.imports.urls import Addresses, Place, key_of, web_address


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://blog.example/2020/bread/", "/2020/bread/"),
        ("http://www.blog.example/2020/bread", "/2020/bread"),
        ("//blog.example/a", "/a"),
        ("/a/b", "/a/b"),
        ("https://blog.example", "/"),
        ("https://blog.example/?p=12", "/?p=12"),
        ("https://blog.example/a?b=%20c&utm_source=x&d", "/a?b=%20c&d"),
        ("https://blog.example/a/amp/", "/a/"),
        ("https://blog.example/a/amp", "/a"),
        ("https://blog.example/a?amp=1#respond", "/a"),
        ("https://blog.example/a/#comment-5", "/a/"),
        ("https://blog.example/käse", "/k%C3%A4se"),
        ("https://blog.example/k%c3%a4se", "/k%c3%a4se"),
        ("https://blog.example/a b", "/a%20b"),
        ("https://translate.google.com/translate?hl=de&u=https://blog.example/a/", "/a/"),
        ("https://webcache.googleusercontent.com/search?q=cache:https://blog.example/a", "/a"),
        ("https://blog-example.translate.goog/a/?_x_tr_sl=en", "/a/"),
        ("a-key", ""),
        ("", ""),
        ("https://[broken/", ""),
    ],
)
def test_the_key_is_what_the_page_asks_for(url, key):
    assert key_of(url) == key


@pytest.mark.parametrize(
    ("address", "result"),
    [
        ("https://a.example/", "https://a.example/"),
        ("a.example", "http://a.example"),
        ("www.a.example/x", "http://www.a.example/x"),
        ("http://", ""),
        ("javascript:alert(1)", ""),
        ("https://user:pass@a.example", ""),
        ("https://a.example/ b", ""),
        ("https://a.example:99999/", ""),
        ("ftp://a.example", ""),
        ("just words", ""),
        ("", ""),
    ],
)
def test_a_website_is_http_or_nothing(address, result):
    assert web_address(address) == result


MAPPING = """
# by address, path, number and expression
https://old.example/2019/bread.html -> /posts/bread
/2019/cake.html → https://blog.example/posts/cake
4711\t/posts/tea
~ /(\\d{4})/([\\w-]+)\\.html -> /posts/\\2
~ https://shop\\.example/.* -> shop
"""


@pytest.mark.parametrize(
    ("page", "place"),
    [
        (
            SourcePage("http://www.old.example/2019/bread.html/"),
            Place("/posts/bread", "http://www.old.example/posts/bread"),
        ),
        (SourcePage("https://any.example/2019/cake.html"), Place("/posts/cake", "https://blog.example/posts/cake")),
        (SourcePage("", names=("4711",)), Place("/posts/tea", "")),
        (SourcePage("https://old.example/2021/pie.html"), Place("/posts/pie", "https://old.example/posts/pie")),
        (SourcePage("https://shop.example/x"), Place("shop", "")),
        (SourcePage("https://old.example/about"), Place("/about", "https://old.example/about")),
        (SourcePage(key="own-key"), Place("own-key", "")),
        (SourcePage("https://a.example/x", key="own-key"), Place("own-key", "https://a.example/x")),
        (SourcePage(), None),
    ],
)
def test_a_mapping_file_moves_pages(page, place):
    assert Addresses(MAPPING.splitlines()).place_of(page) == place


@pytest.mark.parametrize("line", ["/a", "/a ->", "-> /b", "/a -> /b -> /c", "~ [ -> /b", "~ /a -> /\\1"])
def test_a_line_that_is_none_is_named(line):
    with pytest.raises(Invalid, match="map: line 2 "):
        Addresses(["/x -> /y", line])
