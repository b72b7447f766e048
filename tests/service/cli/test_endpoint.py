"""`rejoinder endpoint`."""

from tests.service.cli.conftest import NO_SITE


def test_a_new_endpoint_is_shown_with_its_secret_once(console, store, facts):
    added = console.json("endpoint", "add", "demo", "https://blog.example/hook")

    [listed] = console.json("endpoint", "list", "demo")
    assert added["secret"].startswith("whsec_")
    assert listed == {name: value for name, value in added.items() if name != "secret"}
    assert facts("demo") == [("console", "endpoint.added")]


def test_an_endpoint_may_want_some_events_only(console, store):
    added = console.json("endpoint", "add", "demo", "https://blog.example/hook", "--event", "comment.approved")

    assert added["events"] == ["comment.approved"]


def test_an_unknown_event_is_refused_with_the_known_ones(console, store):
    problem = console.refusal("endpoint", "add", "demo", "https://blog.example/hook", "--event", "comment.liked")

    assert "unknown event 'comment.liked'; choose from comment.received" in problem


def test_an_address_that_is_not_public_needs_to_be_allowed(console, store):
    assert "REJOINDER_OUTGOING_ALLOW" in console.refusal("endpoint", "add", "demo", "http://127.0.0.1:9000/hook")

    console.environment["REJOINDER_OUTGOING_ALLOW"] = "127.0.0.0/8"

    assert (
        console.json("endpoint", "add", "demo", "http://127.0.0.1:9000/hook")["url"] == "http://127.0.0.1:9000/hook"
    )


def test_a_second_endpoint_with_the_same_url_is_refused(console, store):
    console.json("endpoint", "add", "demo", "https://blog.example/hook")

    assert "already has this URL" in console.refusal("endpoint", "add", "demo", "https://blog.example/hook")


def test_an_endpoint_of_a_site_that_does_not_exist_is_refused(console, store):
    assert console.refusal("endpoint", "add", "nowhere", "https://blog.example/") == NO_SITE
    assert console.refusal("endpoint", "list", "nowhere") == NO_SITE
