"""The figures of a site as a page, as JSON and as CSV."""

from datetime import timedelta

from moderation import site_admin
from tests.builders import NOON, a_submission, received


def test_everybody_may_read_them_in_their_language(client, sqlite_store):
    for n in range(5):
        received(sqlite_store, a_submission(f"Canary {n}"))

    page = client.get("/sites/demo/figures?lang=de").text
    value = client.get("/sites/demo/figures.json").json
    table = client.get("/sites/demo/figures.csv")

    assert "Wie Kommentare hier moderiert werden" in page and "<td>5</td>" in page
    assert (value["months"][-1]["month"], value["months"][-1]["received"]) == ("2026-01", 5)
    assert table.mimetype == "text/csv" and table.text.splitlines()[-1].startswith("2026-01,5,0,0")
    assert "anary" not in page + str(value) + table.text


def test_they_are_at_most_an_hour_old(client, sqlite_store, clock):
    received(sqlite_store, a_submission("One"))
    before = client.get("/sites/demo/figures.json").json
    for n in range(5):
        received(sqlite_store, a_submission(f"More {n}"))

    clock.wait(timedelta(minutes=59))
    assert client.get("/sites/demo/figures.json").json == before
    clock.wait(timedelta(minutes=1))

    assert client.get("/sites/demo/figures.json").json["months"][-1]["received"] == 6


def test_a_site_may_show_none(client, sqlite_store):
    sqlite_store.write(lambda uow: site_admin.show_figures(uow, "demo", is_shown=False, by_id="console", at=NOON))

    answers = [client.get(f"/sites/demo/figures{each}") for each in ("", ".json", ".csv")]

    assert [each.status_code for each in answers] == [404, 404, 404]


def test_a_site_that_does_not_exist_has_none(client):
    paths = ("", ".json", ".csv")

    assert [client.get(f"/sites/nowhere/figures{path}").status_code for path in paths] == [404, 404, 404]
