"""A site: its name in URLs, and whose pages may send it comments."""

import pytest

from moderation.errors import Invalid
from moderation.site import checked_origin, checked_site_id
from tests.builders import a_site


@pytest.mark.parametrize("site_id", ["a", "my-blog", "7", "a" * 63])
def test_a_site_id_is_lower_case_letters_digits_and_inner_hyphens(site_id):
    assert checked_site_id(site_id) == site_id


@pytest.mark.parametrize("site_id", ["", "-a", "a-", "A", "a_b", "a" * 64, "ä", "a\n", "../a"])
def test_any_other_site_id_is_refused_with_the_remedy(site_id):
    with pytest.raises(Invalid) as refused:
        checked_site_id(site_id)

    assert refused.value.field == "site"
    assert "my-blog" in str(refused.value.problem)


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://blog.example", "https://blog.example"),
        (" HTTPS://Blog.Example/ ", "https://blog.example"),
        ("https://blog.example:443", "https://blog.example"),
        ("http://blog.example:80", "http://blog.example"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_write_it(given, origin):
    assert checked_origin(given) == origin
    assert a_site(origins=(origin,)).allows(origin)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "null",
        "blog.example",
        "ftp://blog.example",
        "https://",
        "https://blog.example/path",
        "https://blog.example?q",
        "https://blog.example#f",
        "https://user@blog.example",
        "https://blog.example:port",
        "https://blog.example:99999",
        "http://[::1",
        "https://two words.example",
        "https://*.example",
        "https://.example",
        f"https://{'ä' * 70}.example",
    ],
)
def test_what_is_no_origin_is_refused_with_the_remedy(given):
    with pytest.raises(Invalid) as refused:
        checked_origin(given)

    assert refused.value.field == "origin"
    assert "https://blog.example" in str(refused.value.problem)


@pytest.mark.parametrize("origin", ["null", "", "http://blog.example", "https://blog.example.evil.example"])
def test_an_origin_is_compared_exactly(origin):
    assert not a_site().allows(origin)
