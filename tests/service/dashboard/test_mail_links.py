"""What the links in mails lead to: a page that changes nothing, and a button that decides once."""

import pytest

from moderation import account_admin
from moderation.accounts import Role
from moderation.actions import Action
from moderation.comment import Email, Status
from moderation.mail.links import DecisionLink, decision_token, stop_token
from moderation.mail.notify import Notify
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, DAY, NOON, SECOND, RecordingDispatch, a_submission, received, settled
from tests.service.dashboard.conftest import add_moderator, token_in


@pytest.fixture
def comment(sqlite_store):
    return settled(sqlite_store, received(sqlite_store, a_submission("Does it need sugar?")))


@pytest.fixture
def mina(sqlite_store):
    """A moderator who gets mail."""
    moderator_id = add_moderator(sqlite_store, "Mina")
    sqlite_store.write(lambda uow: uow.mailboxes.set_email(moderator_id, Email("mina@example.org"), at=NOON))
    return moderator_id


@pytest.fixture
def url_of(sqlite_store, mina, comment):
    """The URL of a link in a mail to Mina about the comment."""

    def make(action=Action.APPROVE, *, until=NOON + DAY, moderator_id=mina):
        link = DecisionLink(moderator_id, action, comment.id, comment.revision, until)
        return f"/dashboard/mail/decide/{decision_token(sqlite_store.sealer, link)}"

    return make


@pytest.fixture
def without_sign_in(sqlite_store):
    sqlite_store.write(lambda uow: uow.mailboxes.open_links("demo", is_open=True))


def now(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id).status


def deciders(store, comment):
    with store.read() as uow:
        return [each.by.name for each in uow.decisions.history(comment.id)]


def press(client, url, **fields):
    return client.post(url, data={"csrf": token_in(client.get(url)), **fields}, follow_redirects=True)


def test_a_get_changes_nothing(client, sqlite_store, url_of, comment, without_sign_in):
    page = client.get(url_of())

    assert page.status_code == 200
    assert "Does it need sugar?" in page.text and "<button" in page.text
    assert now(sqlite_store, comment) is Status.PENDING


def test_a_press_decides_in_the_name_of_whom_the_mail_went_to(client, sqlite_store, url_of, comment, without_sign_in):
    page = press(client, url_of())

    assert "Approved by Mina" in page.text and "<form" not in page.text
    assert now(sqlite_store, comment) is Status.APPROVED
    assert deciders(sqlite_store, comment)[-1] == "Mina"


def test_a_rejection_asks_for_a_reason(client, sqlite_store, url_of, comment, without_sign_in):
    page = press(client, url_of(Action.REJECT), reason="abuse")

    assert "Rejected by Mina: Abuse" in page.text
    assert now(sqlite_store, comment) is Status.REJECTED


def test_the_second_is_told_what_was_decided(client, sqlite_store, url_of, comment, without_sign_in):
    url = url_of(Action.REJECT)
    token = token_in(client.get(url))
    request = DecisionRequest(comment.id, Action.APPROVE, comment.revision)
    decide(sqlite_store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON)

    answer, page = client.post(url, data={"csrf": token}), client.get(url)

    assert answer.status_code == 409
    assert "Approved by Ada" in page.text and "<form" not in page.text
    assert now(sqlite_store, comment) is Status.APPROVED


def test_unless_the_site_allows_it_one_signs_in_first_and_comes_back(client, sqlite_store, url_of, comment):
    url = url_of()

    answer = client.get(url)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/dashboard/sign-in?next=/dashboard/mail/decide/mod_")
    page = client.get(answer.headers["Location"])
    assert f'name="next" value="{url}"' in page.text
    assert client.post(url, data={"csrf": token_in(page)}).headers["Location"].startswith("/dashboard/sign-in")
    assert now(sqlite_store, comment) is Status.PENDING


def test_whoever_is_signed_in_decides_in_their_own_name(signed_in, sqlite_store, url_of, comment, without_sign_in):
    press(signed_in("Olga").client, url_of())

    assert deciders(sqlite_store, comment)[-1] == "Olga"


@pytest.mark.parametrize("change", ["the role", "the account", "the site's permission"])
def test_a_link_does_nothing_for_who_may_no_longer_decide(
    client, sqlite_store, url_of, mina, without_sign_in, change
):
    def revoke(uow):
        match change:
            case "the role":
                uow.accounts.grant(mina, "demo", Role.VIEWER)
            case "the account":
                uow.accounts.disable(mina, at=NOON)
            case _:
                uow.mailboxes.open_links("demo", is_open=False)

    sqlite_store.write(revoke)

    assert client.get(url_of()).headers["Location"].startswith("/dashboard/sign-in")


def test_an_old_link_says_so(client, signed_in, url_of, clock, without_sign_in):
    browser = signed_in("Olga")
    clock.wait(DAY - SECOND)

    assert browser.get(url_of(until=NOON + DAY - SECOND)).status_code == 410


@pytest.mark.parametrize("place", [0, 5, -1])
def test_a_link_that_was_changed_does_not_work(signed_in, client, url_of, without_sign_in, place):
    head, _, token = url_of().rpartition("/")
    changed = "x" if token[place] != "x" else "y"
    token = token[: place % len(token)] + changed + token[place % len(token) + 1 :]

    assert client.get(f"{head}/{token}").status_code == 303
    assert signed_in("Olga").get(f"{head}/{token}").status_code == 410


def test_a_link_to_one_comment_opens_no_other_page(client, url_of, without_sign_in):
    client.get(url_of())

    assert client.get("/dashboard/").status_code == 303


def test_mails_stop_by_one_press_or_by_the_mail_program_alone(client, sqlite_store, mina):
    with sqlite_store.read() as uow:
        [mailbox_id] = uow.mailboxes.ids_of(mina)
    url = f"/dashboard/mail/stop/{stop_token(sqlite_store.sealer, mailbox_id)}"

    page = client.get(url)
    assert choice(sqlite_store, mina) is Notify.HOURLY

    answer = client.post(url, data={"List-Unsubscribe": "One-Click"})

    assert (page.status_code, answer.status_code) == (200, 200)
    assert "no more mails" in answer.text
    assert choice(sqlite_store, mina) is Notify.NEVER
    assert client.post(f"{url}0").status_code == 404


def choice(store, moderator_id):
    with store.read() as uow:
        return uow.mailboxes.choices(moderator_id)["demo"]


def test_a_moderator_chooses_on_a_page_of_their_own(signed_in, sqlite_store):
    browser = signed_in()
    set_email = account_admin.set_email
    sqlite_store.write(lambda uow: set_email(uow, "Mina", Email("mina-canary@example.org"), by_id="console", at=NOON))

    page = browser.get("/dashboard/notifications").text
    saved = browser.submit("/dashboard/notifications", demo="daily").text

    assert "m…@example.org" in page and "mina-canary" not in page
    assert '<option value="hourly" selected>' in page
    assert '<option value="daily" selected>' in saved and "Saved." in saved
    assert choice(sqlite_store, browser.moderator_id) is Notify.DAILY


def test_a_choice_that_does_not_exist_is_refused_and_one_of_another_site_ignored(signed_in, sqlite_store, garden):
    browser = signed_in()
    set_email = account_admin.set_email
    sqlite_store.write(lambda uow: set_email(uow, "Mina", Email("mina@example.org"), by_id="console", at=NOON))

    browser.submit("/dashboard/notifications", garden="daily", demo="sometimes")

    with sqlite_store.read() as uow:
        assert uow.mailboxes.choices(browser.moderator_id) == {"demo": Notify.HOURLY}


def test_without_an_address_the_page_says_how_to_get_one(signed_in):
    page = signed_in().get("/dashboard/notifications").text

    assert "rejoinder moderator email" in page and "No mail is sent" in page
