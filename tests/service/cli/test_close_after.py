"""`rejoinder site close-after`."""


def test_pages_close_after_so_many_days_or_never(console, store, facts):
    thirty = console.json("site", "close-after", "demo", "30")
    with store.read() as uow:
        days = uow.sites.get("demo").policy.close_days
    never = console("site", "close-after", "demo", "never").output

    assert thirty == {"id": "demo", "close_days": 30}
    assert days == 30
    assert never == "Pages of demo close only by hand.\n"
    assert facts("demo") == [("console", "policy.changed")] * 2


def test_a_number_of_days_that_is_none_is_refused(console, store):
    for days in ("soon", "0", "3651"):
        assert "1 to 3650, or never" in console.refusal("site", "close-after", "demo", days)
