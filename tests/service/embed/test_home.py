"""The page at the address of the installation itself."""

import re

from moderation.process.version import installed_version


def test_a_browser_gets_a_name_and_the_ways_to_the_dashboard_and_the_documentation(client):
    page = client.get("/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert page.status_code == 200 and page.mimetype == "text/html"
    assert re.findall(r'<a href="([^"]+)"', page.text) == ["/dashboard/", "/v1/docs"]
    assert "Set-Cookie" not in page.headers
    assert installed_version() not in page.text


def test_it_speaks_the_language_of_the_browser(client):
    page = client.get("/", headers={"Accept-Language": "de"})

    assert '<html lang="de"' in page.text and "developers find" not in page.text
