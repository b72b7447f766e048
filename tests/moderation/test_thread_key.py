import pytest

from moderation.thread_key import MAX_KEY, normal_key, other_slash


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("/2026/brot-%C3%A4", "/2026/brot-ä"),
        ("/2026/brot-%c3%a4", "/2026/brot-ä"),
        ("/2026/brot-ä", "/2026/brot-ä"),
        ("https://blog.example/%E6%9D%8E", "https://blog.example/李"),
        ("/%7Eada/%41", "/~ada/A"),
        ("/a%2fb%3Fc%23d%25e%20f", "/a%2Fb%3Fc%23d%25e%20f"),
        ("/not-utf-8-%e4", "/not-utf-8-%E4"),
        ("/a%00b%0a", "/a%00b%0A"),
        ("/?p=12&q=%C3%A9", "/?p=12&q=é"),
        ("a key of 100%25", "a key of 100%25"),
        ("/100%", "/100%"),
        ("/post/index.html", "/post/"),
        ("/index.php?../index.php", "/?../index.php"),
        ("/?page=/index.html", "/?page=/index.html"),
        ("/Index.PHP?p=2", "/?p=2"),
        ("https://blog.example/a/default.aspx", "https://blog.example/a/"),
        ("/an-index.html", "/an-index.html"),
        (" a\n\x07 key\u2028", "a  key"),
        ("/po st", "/po%20st"),
        ('/a"b<c>d`e{f}g|h^i\\\\j', "/a%22b%3Cc%3Ed%60e%7Bf%7Dg%7Ch%5Ei%5C%5Cj"),
        ("/?q=a b", "/?q=a%20b"),
        ("/x/../post", "/post"),
        ("/post/./", "/post/"),
        ("/a/b/..", "/a/"),
        ("/%2e%2e/../post/.", "/post/"),
        ("/..", "/"),
        ("/.well-known/a..b", "/.well-known/a..b"),
        ("/post?", "/post"),
        ("HTTPS://Blog.Example:443/A/../B", "https://blog.example/B"),
        ("http://blog.example:443", "http://blog.example:443"),
    ],
)
def test_a_page_has_one_key_however_its_address_is_written(written, normal):
    assert normal_key(written) == normal
    assert normal_key(normal) == normal


def test_a_key_that_is_too_long_ends_with_a_digest_of_the_whole():
    one, other = (normal_key(f"/{'%E6%BC%A2' * 600}{end}") for end in "ab")

    assert one.startswith("/漢漢漢")
    assert len(one) == len(other) == MAX_KEY
    assert one != other
    assert normal_key(one) == one


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("/a", "/a/"),
        ("/a/", "/a"),
        ("/", "/"),
        ("/a?b=1/", "/a/?b=1/"),
        ("/a.html", "/a.html"),
        ("/v1.2/a", "/v1.2/a/"),
        ("https://blog.example", "https://blog.example/"),
        ("https://blog.example/a/", "https://blog.example/a"),
        ("post-12", "post-12"),
    ],
)
def test_a_page_is_often_written_with_a_last_slash_and_without(key, other):
    assert other_slash(key) == other
    assert other_slash(other) == key
