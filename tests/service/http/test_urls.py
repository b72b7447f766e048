import pytest

from service.http.urls import web_url


@pytest.mark.parametrize("address", ["https://a.example/x", "http://a.example", " https://a.example:8443/ "])
def test_a_web_address_may_be_followed(address):
    assert web_url(address) == address.strip()


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "https://",
        "https://me:pw@a.example",
        "https://bank.example@evil.example/",
        "https://a.example:port/",
        "ftp://a.example/",
        "https://[bad",
        "http://[",
        "",
    ],
)
def test_anything_else_is_no_link(address):
    assert web_url(address) == ""
