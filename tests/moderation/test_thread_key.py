import pytest

from moderation.thread_key import normal_key


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
    ],
)
def test_a_page_has_one_key_however_its_address_is_written(written, normal):
    assert normal_key(written) == normal
    assert normal_key(normal) == normal
