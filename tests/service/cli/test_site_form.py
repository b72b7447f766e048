"""`rejoinder site form`."""


def test_switches_are_off_until_they_are_switched_on_each_alone(console, store, facts):
    before = console.json("site", "form", "demo")

    after = console.json("site", "form", "demo", "--markdown")
    both = console.json("site", "form", "demo", "--kinder")

    assert before == {"id": "demo", "markdown": False, "kinder": False, "proof": False}
    assert after == {"id": "demo", "markdown": True, "kinder": False, "proof": False}
    assert both == {"id": "demo", "markdown": True, "kinder": True, "proof": False}
    assert console.json("site", "form", "demo") == both
    assert facts("demo") == [("console", "site.form")] * 2
