"""The outbox's second channel: mails to moderators, by a real mail server."""

from datetime import timedelta

import pytest

from moderation import account_admin
from moderation.accounts import Role
from moderation.actions import Action
from moderation.automation_admin import give_back
from moderation.comment import Email
from moderation.config.settings import Settings
from moderation.mail.announce import ask_for_new_password, send_sign_in_link, tell_digest
from moderation.mail.notify import Notify
from moderation.outbox.channels import EMAIL
from moderation.outbox.delivery import DeliverySearch, DeliveryStatus
from moderation.review import DecisionRequest, decide
from moderation.triage import Scored, settle
from tests.builders import (
    ADA,
    DAY,
    LEASE,
    NOON,
    SECOND,
    RecordingDispatch,
    a_score,
    a_submission,
    an_automation,
    received,
)
from tests.moderation.mail.smtp_server import post_office
from tests.stack import free_port
from worker.channels import open_senders
from worker.context import Context
from worker.deliver import Round
from worker.digest import make_digests
from worker.stop_flag import StopFlag

MINUTE = timedelta(minutes=1)
CANARY = "canary-of-mina@reader.example"
MAYBE = {"spam": 0.5}


@pytest.fixture
def office():
    with post_office() as office:
        yield office


@pytest.fixture
def send_due(store, office, tmp_path):
    """Sends what is due at a time, as a worker with these settings does."""
    return sending(store, tmp_path, f"smtp://{office.url}")


def sending(store, home, url):
    settings = Settings.from_env(
        {
            "REJOINDER_HOME": str(home),
            "REJOINDER_PUBLIC_URL": "https://comments.example",
            "REJOINDER_SMTP_URL": url,
            "REJOINDER_MAIL_FROM": "comments@blog.example",
        }
    )
    senders = open_senders(settings)
    return lambda at=NOON: Round(store, senders, now=lambda: at, lease=LEASE, stop=StopFlag()).run()


def a_moderator(store, name="Mina", *, email=CANARY, notify=Notify.AT_ONCE, role=Role.MODERATOR, at=NOON):
    def add(uow):
        moderator_id = account_admin.add_moderator(uow, name, role, ["demo"], by_id="console", at=at)
        if email:
            account_admin.set_email(uow, name, Email(email), by_id="console", at=at)
            account_admin.choose_notify(uow, name, "demo", notify, by_id="console", at=at)
        return moderator_id

    return store.write(add)


def held(store, body="A question about your bread.", *, has_mail=True, at=NOON, **score):
    comment = received(store, a_submission(body), at=at)
    settle(store, [Scored(comment, a_score(**score))], {}, has_mail=has_mail, at=at)
    return comment


def mails(store):
    with store.read() as uow:
        return uow.deliveries.page(DeliverySearch("demo", channel="email")).deliveries


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def test_a_held_comment_is_told_at_once_to_whom_wants_it(store, office, send_due):
    a_moderator(store)
    comment = held(store, "Does it need sugar?")

    assert send_due() == 1

    [(address, mail)] = office.arrived
    [delivery] = mails(store)
    assert address == CANARY
    assert mail["Subject"] == "[A demo blog] A comment waits: A page"
    assert mail["References"] == f"<{comment.thread.id}@blog.example>"
    assert "> Does it need sugar?" in text_of(mail)
    assert f"https://comments.example/dashboard/comments/{comment.id}" in text_of(mail)
    assert mail["List-Unsubscribe"].startswith("<https://comments.example/dashboard/mail/stop/box_")
    assert (delivery.status, delivery.comment_id, delivery.type) == (
        DeliveryStatus.DELIVERED,
        comment.id,
        "comment.held",
    )


def test_neither_the_authors_nor_the_moderators_address_is_in_the_outbox_or_in_the_text(store, office, send_due):
    a_moderator(store)
    held(store)

    with store.read() as uow:
        waiting = str(uow.connection.exec_driver_sql("SELECT payload FROM deliveries").all())
    send_due()

    [(_, mail)] = office.arrived
    assert CANARY not in waiting and "bread" not in waiting
    assert "rita@reader.example" not in mail.as_string()
    assert CANARY not in text_of(mail)


@pytest.mark.parametrize(
    ("who", "score"),
    [
        ({"notify": Notify.AT_ONCE}, {"spam": 0.99}),  # the policy rejects it: no mail for spam
        ({"notify": Notify.DOUBTFUL}, {"spam": 0.02}),
        ({"notify": Notify.HOURLY}, MAYBE),
        ({"notify": Notify.NEVER}, MAYBE),
        ({"role": Role.VIEWER}, MAYBE),
        ({"email": ""}, MAYBE),
    ],
)
def test_who_does_not_want_it_or_can_do_nothing_about_it_is_not_told(store, who, score):
    a_moderator(store, **who)

    held(store, **score)

    assert mails(store) == ()


def test_whoever_wants_only_what_is_doubtful_gets_that(store):
    a_moderator(store, notify=Notify.DOUBTFUL)

    held(store, **MAYBE)

    assert len(mails(store)) == 1


def test_mail_that_is_off_leaves_nothing_in_the_outbox(store):
    a_moderator(store)

    held(store, has_mail=False)

    assert mails(store) == ()


def test_what_was_decided_before_the_mail_went_out_is_not_told(store, office, send_due):
    a_moderator(store)
    comment = held(store)
    decide(store, RecordingDispatch(), DecisionRequest(comment.id, Action.APPROVE, 1), ADA, sites=["demo"], at=NOON)

    send_due()

    assert office.arrived == []
    assert mails(store)[0].attempts[0].answer == "not sent: there was nothing to tell any more"


def test_who_was_disabled_before_the_mail_went_out_gets_none(store, office, send_due):
    a_moderator(store)
    held(store)
    store.write(lambda uow: account_admin.disable_moderator(uow, "Mina", by_id="console", at=NOON))

    send_due()

    assert office.arrived == []


def test_a_server_that_greylists_gets_the_same_mail_again_until_it_takes_it(store, office, send_due):
    tries = []
    office.rcpt = lambda address: tries.append(address) or ("" if len(tries) > 2 else "450 4.2.0 Greylisted")
    a_moderator(store)
    held(store)

    at = NOON
    while at:
        send_due(at)
        [delivery] = mails(store)
        at = delivery.due_at

    assert [attempt.problem.params.get("status") for attempt in delivery.attempts] == ["450 4.2.0"] * 2 + [None]
    assert delivery.status is DeliveryStatus.DELIVERED
    assert delivery.attempts[2].at - NOON < timedelta(minutes=10)


def test_an_address_that_does_not_exist_is_stopped_until_it_is_set_again(store, office, send_due):
    office.rcpt = lambda address: f"550 5.1.1 <{address}>: no such user"
    a_moderator(store)
    held(store)
    send_due()
    held(store, "Another one.")

    [stopped] = mails(store)
    assert stopped.status is DeliveryStatus.GIVEN_UP
    assert CANARY not in f"{stopped}"

    office.rcpt = lambda address: ""
    new = Email("mina@example.org")
    store.write(lambda uow: account_admin.set_email(uow, "Mina", new, by_id="console", at=NOON))
    held(store, "A third one.")
    send_due()

    assert [address for address, _ in office.arrived] == [new.reveal()]


def test_a_refused_mail_is_given_up_and_the_address_stays_open(store, office, send_due):
    office.data = lambda address: "554 5.6.0 Looks like spam"
    a_moderator(store)
    held(store)
    send_due()

    office.data = lambda address: ""
    held(store, "Another one.")
    send_due()

    assert [each.status for each in mails(store)] == [DeliveryStatus.DELIVERED, DeliveryStatus.GIVEN_UP]


def test_a_server_that_is_not_there_is_tried_again_by_the_schedule(store, tmp_path):
    send_due = sending(store, tmp_path, f"smtp://127.0.0.1:{free_port()}")
    a_moderator(store)
    held(store)

    send_due()

    [delivery] = mails(store)
    assert delivery.attempts[0].problem.code == "connect.failed"
    assert EMAIL.retry_after[0] <= delivery.due_at - NOON <= 1.1 * EMAIL.retry_after[0]


def test_a_mailed_link_signs_in_once_and_is_not_in_the_outbox(store, office, send_due):
    moderator_id = a_moderator(store)

    assert store.write(lambda uow: send_sign_in_link(uow, moderator_id, at=NOON))
    send_due()

    [(_, mail)] = office.arrived
    token = text_of(mail).partition("/dashboard/sign-in/")[2].split()[0]
    assert store.write(lambda uow: uow.accounts.redeem_link(token, at=NOON + DAY - SECOND)) == moderator_id
    assert store.write(lambda uow: uow.accounts.redeem_link(token, at=NOON)) is None
    assert "List-Unsubscribe" not in mail


def test_a_mailed_link_sets_a_new_password_within_an_hour_and_is_not_in_the_outbox(store, office, send_due):
    moderator_id = a_moderator(store)

    store.write(lambda uow: ask_for_new_password(uow, moderator_id, at=NOON))
    send_due()

    [(_, mail)] = office.arrived
    token = text_of(mail).partition("/dashboard/new-password/")[2].split()[0]
    with store.read() as uow:
        assert uow.accounts.holder(token, kind="new password", at=NOON + 3599 * SECOND) == moderator_id
        assert uow.accounts.holder(token, kind="new password", at=NOON + 3600 * SECOND) is None
    with store.read() as uow:
        assert token not in str(uow.connection.exec_driver_sql("SELECT payload FROM deliveries").all())


def test_a_mail_of_a_kind_that_this_version_does_not_know_fails_alone(store, office, send_due):
    a_moderator(store)
    held(store)
    store.write(lambda uow: uow.connection.exec_driver_sql('UPDATE deliveries SET payload = \'{"kind": "pigeon"}\''))
    held(store, "Another one.")

    send_due()
    send_due()

    assert len(office.arrived) == 1
    assert {each.attempts[0].problem.code for each in mails(store)} == {"", "delivery.error"}


@pytest.fixture
def digest(store, tmp_path, office):
    """Makes the digests that are due at a time and sends them; returns the mails that arrived."""
    send_due = sending(store, tmp_path, f"smtp://{office.url}")
    environment = {"REJOINDER_HOME": str(tmp_path), "REJOINDER_SMTP_URL": f"smtp://{office.url}"}
    settings = Settings.from_env(environment | {"REJOINDER_MAIL_FROM": "c@blog.example"})

    def make(at):
        before = len(office.arrived)
        make_digests(Context(settings, store, RecordingDispatch(), now=lambda: at))
        send_due(at)
        return [mail for _, mail in office.arrived[before:]]

    return make


@pytest.mark.parametrize(
    ("notify", "time"),
    [(Notify.QUARTER, timedelta(minutes=15)), (Notify.HOURLY, timedelta(hours=1)), (Notify.DAILY, DAY)],
)
def test_a_digest_comes_when_its_time_has_come_and_something_waits(store, digest, notify, time):
    a_moderator(store, notify=notify)
    held(store, at=NOON + SECOND)

    early, [mail], none, later = (digest(NOON + each) for each in (time - SECOND, time, time + SECOND, 2 * time))

    assert (early, none, later) == ([], [], [])
    assert mail["Subject"] == "[A demo blog] New comments that wait: 1"


def test_a_digest_counts_and_shows_the_doubtful_ones_first(store, digest):
    a_moderator(store, notify=Notify.HOURLY)
    for number in range(12):
        held(store, f"Clear number {number}.", at=NOON + number * SECOND, spam=0.02)
    held(store, "Who knows?", at=NOON + SECOND, spam=0.5)
    held(store, "Buy pills!", at=NOON + SECOND, spam=0.99)

    [mail] = digest(NOON + timedelta(hours=1))

    text = text_of(mail).replace("\r\n", "\n")
    assert "New on A demo blog since 2026-01-05 12:00 UTC: waiting 12, approved 0, rejected 1." in text
    assert "In all, 13 wait." in text
    assert text.index("> Who knows?") < text.index("> Clear number")
    assert text.count("/dashboard/mail/decide/") == 20
    assert "2 more wait in the dashboard." in text
    assert "Buy pills!" not in text


def test_owners_are_told_by_mail_that_everything_was_given_back(store, office, send_due):
    a_moderator(store, "Olga", role=Role.OWNER, notify=Notify.DAILY)
    a_moderator(store, "Otto", role=Role.OWNER, notify=Notify.NEVER, email="otto@reader.example")
    a_moderator(store, "Mina", email="mina@reader.example")
    store.write(lambda uow: uow.automations.save(an_automation()))

    store.write(lambda uow: give_back(uow, "demo", has_mail=True, by_id="mod_1", at=NOON))
    send_due()

    [(address, mail)] = office.arrived
    assert address == CANARY
    assert mail["Subject"] == "[A demo blog] Rejoinder decides nothing alone any more"
    assert "An owner of the site gave everything back to moderators." in text_of(mail)
    assert "https://comments.example/dashboard/sites/demo/automation" in text_of(mail)


def test_a_digest_of_nothing_but_spam_is_not_sent(store, digest):
    a_moderator(store, notify=Notify.HOURLY)
    held(store, "Buy pills!", at=NOON + SECOND, spam=0.99)

    assert digest(NOON + timedelta(hours=1)) == []


def test_two_sweepers_make_one_digest(store):
    a_moderator(store, notify=Notify.HOURLY)
    held(store, at=NOON + SECOND)
    at = NOON + timedelta(hours=1)
    with store.read() as uow:
        [due] = uow.mailboxes.due_digests(at=at)

    made = [store.write(lambda uow: tell_digest(uow, due, at=at)) for _ in range(2)]

    assert made == [1, 0]
    assert len(mails(store)) == 1


def test_no_digest_is_made_where_mail_is_off(store, tmp_path):
    a_moderator(store, notify=Notify.HOURLY)
    held(store, at=NOON + SECOND)
    settings = Settings.from_env({"REJOINDER_HOME": str(tmp_path)})

    make_digests(Context(settings, store, RecordingDispatch(), now=lambda: NOON + DAY))

    assert mails(store) == ()
