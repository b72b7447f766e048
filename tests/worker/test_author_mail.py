"""Mails to authors, from the box in the form to a real mail server and the pages behind the links."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from models.near_duplicates import passages_of
from moderation.accounts import Role, Scope
from moderation.actions import Action
from moderation.comment import Email
from moderation.config.settings import Settings
from moderation.decision import Reason
from moderation.erasing.erase import erase_author, erase_comment
from moderation.follows import CONFIRM_WITHIN, QUIET, Follow
from moderation.review import DecisionRequest, decide, undo
from moderation.store.tables import attempts, data_links, data_requests, deliveries, follows, reader_mailboxes
from service.app import create_app
from service.auth.actors import SESSION_COOKIE
from tests.builders import ADA, DAY, LEASE, NOON, SECOND, RecordingDispatch, a_submission, received, settled
from tests.moderation.mail.smtp_server import post_office
from worker.author_mail import tell_authors
from worker.channels import open_senders
from worker.context import Context
from worker.deliver import Round
from worker.stop_flag import StopFlag

CANARY = "canary-of-rita@reader.example"
BOTH = frozenset(Follow)
MINUTE = timedelta(minutes=1)
URL = "https://comments.example"


class World:
    """An installation with mail at a time that the test sets: its worker, its pages, and what arrived."""

    def __init__(self, store, office, home):
        self.store, self.office, self.at = store, office, NOON
        self.settings = Settings.from_env(
            {
                "REJOINDER_HOME": str(home),
                "REJOINDER_PUBLIC_URL": URL,
                "REJOINDER_SMTP_URL": f"smtp://{office.url}",
                "REJOINDER_MAIL_FROM": "comments@blog.example",
                "REJOINDER_LIMIT_NETWORK": "1000/minute",
            }
        )
        self.dispatch = RecordingDispatch()
        self.client = create_app(
            self.settings, store=store, dispatch=self.dispatch, now=lambda: self.at
        ).test_client()
        self._context = Context(self.settings, store, self.dispatch, lambda: self.at)
        self._senders = open_senders(self.settings)

    def comment(self, body="Does it need sugar?", *, follow=BOTH, email=CANARY, **changes):
        written = a_submission(body, email=email, follow=frozenset(follow), **changes)
        return settled(self.store, received(self.store, written, at=self.at), at=self.at + SECOND)

    def decide(self, comment, action=Action.APPROVE, reason=None):
        with self.store.read() as uow:
            revision = uow.comments.get(comment.id).revision
        request = DecisionRequest(comment.id, action, revision, reason)
        return decide(self.store, self.dispatch, request, ADA, sites=["demo"], at=self.at).decision

    def work(self, *, after=timedelta(0)):
        """Run the job and send what is due, some time later; the mails that arrived by it."""
        self.at += after
        before = len(self.office.arrived)
        tell_authors(self._context)
        Round(self.store, self._senders, now=lambda: self.at, lease=LEASE, stop=StopFlag()).run()
        return [mail for _, mail in self.office.arrived[before:]]

    def confirmed(self):
        """A comment whose author confirmed, and of which they got no mail yet."""
        comment = self.comment()
        [mail] = self.work()
        assert self.post(link_in(mail)).status_code == 200
        return comment

    def post(self, url, **fields):
        return self.client.post(path_of(url), data=fields)

    def get(self, url):
        return self.client.get(path_of(url))


@pytest.fixture
def office():
    with post_office() as office:
        yield office


@pytest.fixture
def world(store, office, tmp_path):
    """An installation with mail."""
    return World(store, office, tmp_path)


@pytest.fixture
def signed_in_owner():
    """Reads pages as an owner of the site."""

    def read(world, *paths):
        _, key = world.store.write(lambda uow: uow.keys.add("demo", "tests", Scope.ADMIN, at=NOON))
        owner = world.store.write(lambda uow: uow.accounts.add_moderator("Olga", Role.OWNER, ["demo"], at=NOON))
        session = world.store.write(
            lambda uow: uow.accounts.issue_sign_in(owner, kind="session", lifetime=DAY, at=world.at)
        )
        world.client.set_cookie(SESSION_COOKIE, session)
        answers = [
            world.client.get(path, headers={"Authorization": f"Bearer {key}"} if path.startswith("/v1") else {})
            for path in paths
        ]
        assert [answer.status_code for answer in answers] == [200] * len(paths)
        return [answer.text for answer in answers]

    return read


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


def link_in(mail, place=0):
    return re.findall(rf"{URL}/\S+", text_of(mail))[place]


def path_of(url):
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def rows(store, table):
    with store.read() as uow:
        return uow.connection.execute(select(table)).all()


def test_before_the_address_is_confirmed_nothing_else_is_sent_to_it(world):
    comment = world.comment()
    [asked] = world.work()
    world.decide(comment)

    assert asked["To"] == CANARY
    assert asked["Subject"] == "[A demo blog] Please confirm your email address"
    assert world.work(after=QUIET) == []
    assert world.work(after=QUIET) == []


def test_opening_the_link_confirms_nothing_and_the_button_does(world):
    world.comment()
    [asked] = world.work()

    page = world.get(link_in(asked))
    before = rows(world.store, reader_mailboxes)[0].confirmed_at
    done = world.post(link_in(asked))

    assert before is None and "Confirm" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer" and page.headers["Cache-Control"] == "no-store"
    assert "You get the mails that you asked for." in done.text
    assert rows(world.store, reader_mailboxes)[0].confirmed_at == world.at


def test_an_address_under_spam_is_never_written_to(world):
    written = a_submission("Buy.", email=CANARY, follow=BOTH)
    comment = received(world.store, written, at=world.at)
    assert world.work() == []  # not scored yet
    settled(world.store, comment, at=world.at)
    world.decide(comment, Action.REJECT, Reason.SPAM)

    assert world.work(after=QUIET) == []


def test_an_author_hears_of_publication_once_and_after_the_undo_window(world):
    comment = world.confirmed()
    world.decide(comment)

    assert world.work(after=QUIET - SECOND) == []
    [mail] = world.work(after=SECOND)
    assert world.work(after=QUIET) == []

    assert mail["Subject"] == "[A demo blog] Your comment is published"
    assert "> Does it need sugar?" in text_of(mail)
    assert f"https://blog.example/a-page#comment-{comment.id}" in text_of(mail)


def test_what_was_taken_back_in_time_is_not_told(world):
    comment = world.confirmed()
    decision = world.decide(comment)
    undo(world.store, world.dispatch, decision.id, ADA, sites=["demo"], at=world.at)

    assert world.work(after=2 * QUIET) == []


def test_what_is_taken_back_after_it_was_put_into_the_outbox_is_not_told(world):
    comment = world.confirmed()
    decision = world.decide(comment)
    world.at += QUIET
    tell_authors(world._context)
    undo(world.store, world.dispatch, decision.id, ADA, sites=["demo"], at=world.at)

    assert world.work() == []


def test_a_published_reply_is_told_and_a_pending_one_never(world):
    comment = world.confirmed()
    world.decide(comment)
    world.work(after=QUIET)
    reply = world.comment("Only a pinch.", follow=(), email="ann@reader.example", name="Ann", parent=comment.id)
    pending = world.comment("Pending canary.", follow=(), email="ann@reader.example", parent=comment.id)
    world.decide(reply)

    [mail] = world.work(after=QUIET)

    assert mail["To"] == CANARY
    assert mail["Subject"] == "[A demo blog] Ann replied to your comment"
    assert mail["References"] == mail["In-Reply-To"] == f"<{comment.thread.id}@blog.example>"
    assert "> Only a pinch." in text_of(mail) and pending.body not in str(world.office.arrived)
    assert world.work(after=QUIET) == []


def test_nobody_is_told_of_their_own_reply_or_of_replies_to_others(world):
    comment = world.confirmed()
    world.decide(comment)
    world.work(after=QUIET)
    own = world.comment("I mean white sugar.", follow=(), parent=comment.id)
    aside = world.comment("Something else.", follow=(), email="ann@reader.example")
    for each in (own, aside):
        world.decide(each)

    assert world.work(after=QUIET) == []


def test_one_post_ends_mails_about_the_page_as_mail_programs_do(world):
    comment = world.confirmed()
    world.decide(comment)
    [mail] = world.work(after=QUIET)
    stop = mail["List-Unsubscribe"].strip("<>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    assert world.get(stop).status_code == 200
    assert len(rows(world.store, follows)) == 1
    assert world.post(stop, **{"List-Unsubscribe": "One-Click"}).status_code == 200

    assert rows(world.store, follows) == []
    reply = world.comment("Only a pinch.", follow=(), email="ann@reader.example", parent=comment.id)
    world.decide(reply)
    assert world.work(after=QUIET) == []


def test_another_button_ends_all_of_them_and_forgets_the_address(world):
    comment = world.confirmed()
    world.decide(comment)
    [mail] = world.work(after=QUIET)
    stop = mail["List-Unsubscribe"].strip("<>")

    assert world.post(f"{stop}/all").status_code == 200

    assert rows(world.store, reader_mailboxes) == rows(world.store, follows) == []
    assert world.get(stop).status_code == 404


def test_a_forged_link_is_no_page(world):
    world.comment()
    [asked] = world.work()
    forged = link_in(asked).partition("?")[0][:-1] + "x"

    assert [world.get(forged).status_code, world.post(forged).status_code] == [404, 404]
    assert rows(world.store, reader_mailboxes)[0].confirmed_at is None


def test_an_address_that_is_not_confirmed_is_forgotten(world):
    world.comment()
    world.work()

    world.work(after=CONFIRM_WITHIN)

    assert rows(world.store, reader_mailboxes) == rows(world.store, follows) == []


def test_an_address_that_bounces_gets_nothing_more(world):
    comment = world.confirmed()
    world.decide(comment)
    world.office.rcpt = lambda address: "550 5.1.1 No such user"
    world.work(after=QUIET)
    world.office.rcpt = lambda address: ""
    reply = world.comment("Only a pinch.", follow=(), email="ann@reader.example", parent=comment.id)
    world.decide(reply)

    assert world.work(after=QUIET) == []


def test_a_name_adds_no_header(world):
    comment = world.confirmed()
    world.decide(comment)
    world.work(after=QUIET)
    evil = world.comment(
        "Hello.", follow=(), email="ann@reader.example", name="Ann\u2028Bcc: x@y.example", parent=comment.id
    )
    world.decide(evil)

    [mail] = world.work(after=QUIET)

    assert mail["Bcc"] is None and mail["Subject"].startswith("[A demo blog] Ann Bcc:")


@pytest.mark.parametrize(("language", "subject"), [("de", "Bitte bestätigen Sie"), ("ar", "يرجى تأكيد")])
def test_mails_are_in_the_language_of_the_form(world, language, subject):
    world.comment(language=language)

    [asked] = world.work()

    html = asked.get_body(("html",)).get_content()
    assert subject in asked["Subject"] and f'<html lang="{language}"' in html
    assert ('dir="rtl"' in html) is (language == "ar")
    assert link_in(asked).endswith(f"?lang={language}")


def test_erasing_the_person_or_the_comment_ends_it(world):
    first, second = world.confirmed(), world.comment()
    erase_comment(world.store, first.id, passages_of, sites=["demo"], by_id="x", at=world.at)
    assert {row.comment_id for row in rows(world.store, follows)} == {second.id}

    key = world.store.sealer.email_key(Email(CANARY))
    erase_author(world.store, key, passages_of, sites=None, by_id="x", at=world.at + SECOND)

    assert rows(world.store, reader_mailboxes) == rows(world.store, follows) == []


def test_the_address_is_found_only_in_mails_to_itself(world, caplog):
    caplog.set_level("DEBUG", "rejoinder")
    comment = world.confirmed()
    world.decide(comment)
    reply = world.comment("Only a pinch.", email="ann@reader.example", parent=comment.id)
    world.decide(reply)
    world.work(after=QUIET)
    world.client.post("/my-data", data={"email": CANARY})
    world.work()

    for address, mail in world.office.arrived:
        assert (CANARY in mail.as_string()) is (address == CANARY)
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("rejoinder")]
    assert ours and "canary" not in str(ours)
    assert "canary" not in str(rows(world.store, deliveries))


@pytest.mark.parametrize(
    "refusal",
    ["450 4.2.0 <{}>: Greylisted", "550 5.1.1 <{}>: no such user", "554 5.7.1 <{}>: Relay access denied"],
)
def test_what_the_mail_server_says_of_an_address_is_told_to_nobody(world, signed_in_owner, caplog, refusal):
    caplog.set_level("DEBUG", "rejoinder")
    world.office.rcpt = refusal.format
    world.comment()
    world.work()

    pages = signed_in_owner(world, "/dashboard/sites/demo/webhooks", "/v1/sites/demo/deliveries?channel=email")

    assert refusal[:3] in "".join(pages)
    assert "canary-of-rita" not in "".join(pages) + caplog.text + str(rows(world.store, attempts))


def test_the_answer_to_an_address_is_the_same_whether_it_is_known_or_not(world):
    world.comment(follow=())

    answers = [world.client.post("/my-data", data={"email": each}) for each in (CANARY, "nobody@reader.example")]
    asked = len(rows(world.store, data_requests))
    mails = world.work()

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["Location"] == answers[1].headers["Location"] == "/my-data?sent=1&lang=en"
    assert asked == 2 and rows(world.store, data_requests) == []
    assert [mail["To"] for mail in mails] == [CANARY]


def test_the_link_shows_exports_and_erases_what_the_address_wrote_and_nothing_else(world):
    mine = [world.comment(f"My words {n}.", follow=()) for n in range(3)]
    other = world.comment("Other words.", follow=(), email="ann@reader.example")
    world.client.post("/my-data", data={"email": CANARY.upper()})
    [mail] = world.work()
    url = link_in(mail).partition("?")[0]

    page, exported = world.get(url).text, world.get(f"{url}/comments.json").json
    kept = world.get(f"{url}/comments.html")
    world.post(f"{url}/erase", comment=[mine[0].id, other.id])
    after_one = world.get(f"{url}/comments.json").json
    world.post(f"{url}/erase", all="1")

    assert all(comment.body in page and comment.body in kept.text for comment in mine)
    assert other.body not in page and "attachment" in kept.headers["Content-Disposition"]
    assert {each["id"] for each in exported["comments"]} == {comment.id for comment in mine}
    assert CANARY not in page + str(exported)
    assert len(after_one["comments"]) == 2
    assert world.get(f"{url}/comments.json").json["comments"] == []
    with world.store.read() as uow:
        assert uow.comments.get(other.id).body == other.body
        erasers = {entry.fact.by_id for entry in uow.audit.entries("demo") if entry.fact.action == "comment.erased"}
    assert erasers == {"author"}


def test_a_link_ends_after_a_day_and_a_stranger_has_none(world):
    world.comment(follow=())
    world.client.post("/my-data", data={"email": CANARY})
    [mail] = world.work()
    url = link_in(mail).partition("?")[0]
    assert url.rpartition("/")[2] not in str(rows(world.store, data_links))

    strangers = [world.get(f"{URL}/my-data/{token}") for token in ("x", "a" * 43)]
    world.at += timedelta(hours=24)

    assert [each.status_code for each in strangers] == [404, 404]
    paths = ("", "/comments.json", "/comments.html")
    assert {world.get(url + path).status_code for path in paths} == {404}
    assert world.post(f"{url}/erase", all="1").status_code == 404
    world.work()
    assert rows(world.store, data_links) == []


def test_an_address_is_asked_for_a_few_times_a_day_only(world):
    statuses = [world.client.post("/my-data", data={"email": CANARY}).status_code for _ in range(4)]

    assert statuses == [303, 303, 303, 429]


def test_a_form_offers_mail_only_where_there_is_any(world, store, tmp_path):
    offered = world.get(f"{URL}/sites/demo/form?thread=a").text
    silent = create_app(
        Settings.from_env({"REJOINDER_HOME": str(tmp_path)}), store=store, dispatch=world.dispatch
    ).test_client()

    page = silent.get("/sites/demo/form?thread=a").text

    assert 'name="tell_replies" value="1">' in offered and "Tell me by email about replies" in offered
    assert "tell_replies" not in page and silent.get("/my-data").status_code == 404


def test_a_form_and_json_ask_alike_and_an_unticked_box_asks_nothing(world):
    fields = {"name": "Rita", "email": CANARY, "thread_key": "a-page", "lang": "de"}
    world.client.post("/v1/sites/demo/comments", data={**fields, "body": "One.", "tell_replies": "1"})
    world.client.post("/v1/sites/demo/comments", data={**fields, "body": "Two."})
    json = {"name": "Rita", "email": CANARY, "body": "Three.", "thread": {"key": "a-page"}, "tell_published": True}
    world.client.post("/v1/sites/demo/comments", json=json)

    assert sorted(row.kind for row in rows(world.store, follows)) == ["published", "replies"]
    assert [row.language for row in rows(world.store, reader_mailboxes)] == ["de"]


def test_a_request_whose_address_cannot_be_opened_stops_no_other(world):
    world.comment(follow=())
    for address in ("gone@reader.example", CANARY):
        world.store.write(
            lambda uow, address=address: uow.readers.ask_for_data(Email(address), language="en", at=world.at)
        )
    is_it = data_requests.c.email_key == world.store.sealer.email_key(Email("gone@reader.example"))
    broken = update(data_requests).where(is_it).values(email_sealed=b"sealed with another secret")
    world.store.write(lambda uow: uow.connection.execute(broken))

    [mail] = world.work()

    assert CANARY in mail["To"]
