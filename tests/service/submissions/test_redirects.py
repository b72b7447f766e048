from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from service.submissions.redirects import way_back
from tests.builders import a_site

THANKS = "https://rejoinder.example/thanks?token=cmt_1.sig"


def back(wanted, *, origins=("https://blog.example",)):
    return way_back(a_site(origins=origins), wanted, public_url="https://rejoinder.example", token="cmt_1.sig")


def test_the_page_of_the_site_that_the_form_names_is_gone_back_to():
    assert back("https://blog.example/a#top") == "https://blog.example/a?rejoinder=cmt_1.sig#rejoinder"


def test_the_query_of_the_page_is_kept():
    assert back("https://blog.example/b?x=1") == "https://blog.example/b?x=1&rejoinder=cmt_1.sig#rejoinder"


def test_a_port_that_goes_without_saying_is_the_same_origin():
    assert back("https://blog.example:443/a").startswith("https://blog.example/a?")


def test_another_port_or_scheme_is_another_origin():
    assert back("https://blog.example:8443/a") == THANKS
    assert back("http://blog.example/a") == THANKS


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "https:\\\\evil.example",
    "https:/\\blog.example@evil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://blog.example@evil.example/",
    "https://blog.example:pw@evil.example/",
    "https://evil.example\\@blog.example/",
    "https://blog.example\\.evil.example/",
    "https://blog.example.evil.example/",
    "https://evil.example#@blog.example/",
    "https://evil.example?https://blog.example/",
    "https://blog.example%2eevil.example/",
    "https://blog.example%00.evil.example/",
    "https://blog.example\x00.evil.example/",
    "https://blog.example\r\nLocation: https://evil.example/",
    "https://blog.example/\r\nSet-Cookie: a=b",
    "\thttps://evil.example/",
    " https://evil.example/",
    "javascript:alert(1)//https://blog.example/",
    "data:text/html,https://blog.example/",
    "https://bløg.example/",
    "https://blog.example:99999/",
    "https://[blog.example/",
    "blog.example/a",
    "/a-page",
    "null",
    "",
]


def test_nothing_leads_anywhere_else():
    assert {address: back(address) for address in ELSEWHERE} == dict.fromkeys(ELSEWHERE, THANKS)


@given(st.text(max_size=60), st.sampled_from(["", "https://", "//", "https://blog.example", "https:/\\"]))
def test_no_text_whatever_leads_anywhere_else(text, beginning):
    there = back(beginning + text)

    assert urlsplit(there).netloc in {"blog.example", "rejoinder.example"}
    assert there.isprintable() and "\\" not in there


def test_a_path_with_two_slashes_stays_on_its_origin():
    assert back("https://blog.example//evil.example/").startswith("https://blog.example//evil.example/?")


def test_a_site_without_origins_thanks_everybody():
    assert back("https://blog.example/a", origins=()) == THANKS
