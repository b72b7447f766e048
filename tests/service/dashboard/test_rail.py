"""The rail: the places that exist, for those who may see them, and the initials of names."""

import pytest

from service.dashboard.discs import HUES, hue, initials


def test_a_page_names_the_places_that_exist_and_where_one_is(signed_in):
    browser = signed_in()

    page = browser.get("/dashboard/campaigns").text

    rail = page[page.index('class="rail"') : page.index("<main")]
    assert 'href="/dashboard/campaigns" data-go="c" aria-current="page"' in rail
    assert 'href="/dashboard/" data-go="q">' in rail


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Hanne Okafor", "HO"),
        ("crumb_counter", "CC"),
        ("Åsa", "Å"),
        ("ßeta", "ß"),
        ("שירה לוי", "של"),
        ("!!", "?"),
        ("", "?"),
    ],
)
def test_a_disc_has_the_initials_of_a_name(name, letters):
    assert initials(name) == letters
    assert hue(name) in range(HUES)
