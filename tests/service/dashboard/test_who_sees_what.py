import pytest

from moderation.accounts import Role
from moderation.comment import Status
from moderation.store import Store
from tests.builders import a_score, a_site, a_submission, received, settled


@pytest.fixture
def both(sqlite_store: Store, garden: str):
    """One comment on each of two sites."""
    return {
        site_id: settled(
            sqlite_store,
            received(sqlite_store, a_submission(f"Said on {site_id}."), site=a_site(site_id)),
            a_score(evidence=()),
        )
        for site_id in ("demo", garden)
    }


@pytest.mark.parametrize(("mine", "other"), [("demo", "garden"), ("garden", "demo")])
def test_comments_of_another_site_do_not_exist(signed_in, sqlite_store, both, mine, other):
    browser = signed_in("Mina", Role.OWNER, mine)
    theirs = both[other]
    pick = f"{theirs.id}:{theirs.revision}"

    lists = [
        browser.get(f"/dashboard/?{query}").text
        for query in ("", "status=approved", "text=Said", f"author_of={theirs.id}", f"done=dec_1&changed={theirs.id}")
    ]
    answers = [
        browser.get(f"/dashboard/comments/{theirs.id}"),
        browser.submit(f"/dashboard/comments/{theirs.id}/email"),
        browser.submit(f"/dashboard/comments/{theirs.id}/decisions", action="approve", revision=theirs.revision),
    ]
    bulk = browser.submit("/dashboard/decisions", pick=pick, action="approve")

    assert not any(f"Said on {other}" in page for page in [*lists, bulk.text])
    assert f"Said on {mine}" in lists[0]
    assert [answer.status_code for answer in answers] == [404] * 3
    with sqlite_store.read() as uow:
        assert uow.comments.get(theirs.id).status is Status.PENDING


def test_an_address_that_is_no_page_leads_back_whoever_is_signed_in_and_others_to_the_door(signed_in, client):
    browser = signed_in()

    asked = (browser.get("/dashboard/no/such-page"), browser.get("/dashboard/sign-out"))
    for page in (*asked, browser.submit("/dashboard/no/such-page")):
        assert page.status_code == 404
        assert "There is no such page." in page.text
        assert '<a href="/dashboard/">Back to the comments</a>' in page.text
    assert client.get("/dashboard/no/such-page").headers["Location"] == "/dashboard/sign-in"


def test_asking_for_another_site_is_refused_as_if_there_were_none(signed_in, both):
    browser = signed_in("Mina", Role.OWNER, "demo")

    answers = [browser.get(f"/dashboard/?site={site}") for site in ("garden", "no-such-site")]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert "there is no such site, or you do not moderate it" in answers[0].text
    assert without_tokens(answers[0].text) == without_tokens(answers[1].text)


def without_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if 'name="csrf"' not in line)


def test_a_decision_of_another_site_cannot_be_taken_back(signed_in, sqlite_store, both):
    theirs = both["garden"]
    gardener = signed_in("Gunn", Role.MODERATOR, "garden")
    gardener.submit(f"/dashboard/comments/{theirs.id}/decisions", action="approve", revision=theirs.revision)
    with sqlite_store.read() as uow:
        decision = uow.decisions.last(theirs.id)

    browser = signed_in("Mina", Role.OWNER, "demo")
    answer = browser.submit("/dashboard/undo", decision=decision.id)

    assert answer.status_code == 404
    assert "Said on garden" not in browser.get(f"/dashboard/?done={decision.id}&kept={decision.id}").text
    with sqlite_store.read() as uow:
        assert uow.comments.get(theirs.id).status is Status.APPROVED


def test_a_viewer_here_who_moderates_there_decides_only_there(signed_in, sqlite_store, both):
    browser = signed_in("Mina", Role.MODERATOR, "garden")
    sqlite_store.write(lambda uow: uow.accounts.grant(browser.moderator_id, "demo", Role.VIEWER))

    statuses = [
        browser.submit(f"/dashboard/comments/{c.id}/decisions", action="approve", revision=c.revision).status_code
        for c in (both["demo"], both["garden"])
    ]

    assert statuses == [403, 200]


def test_nobody_sees_an_e_mail_address_unless_they_ask_and_then_it_is_noted(signed_in, sqlite_store, both):
    browser = signed_in()
    comment = both["demo"]
    pages = ["/dashboard/", f"/dashboard/comments/{comment.id}", f"/dashboard/?author_of={comment.id}"]
    assert not any("reader.example" in browser.get(url).text for url in pages)

    page = browser.submit(f"/dashboard/comments/{comment.id}/email")

    assert "rita@reader.example" in page.text
    assert "rita@reader.example" not in browser.get(f"/dashboard/comments/{comment.id}").text
    with sqlite_store.read() as uow:
        entry = list(uow.audit.entries("demo"))[-1]
    assert (entry.fact.action, entry.fact.by_id) == ("email.revealed", browser.moderator_id)
    assert entry.fact.subject == comment.id


def test_an_address_that_is_searched_for_gets_into_no_url_and_no_page(signed_in, both):
    browser = signed_in()

    form = {"csrf": browser.token(), "author": "Rita@Reader.example", "status": "pending"}
    answer = browser.client.post("/dashboard/search", data=form)

    page = browser.get(answer.headers["Location"]).text
    assert "eader.example" not in answer.headers["Location"].lower() + page.lower()
    assert "Said on demo." in page
    assert "Author: an email address" in page
