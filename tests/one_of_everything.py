"""A site with one of everything on it, and a request for each operation of the API."""

from sqlalchemy import update

from moderation.accounts import Role, Scope
from moderation.appeal_review import appeal
from moderation.bulk_runs import begin_run
from moderation.comment import Email
from moderation.decision import Action, Reason
from moderation.ids import new_id
from moderation.imports.uploads import Upload, UploadStatus
from moderation.intake import status_token
from moderation.mail.links import DecisionLink, confirm_token, decision_token, stop_token, unfollow_token
from moderation.outbox.delivery import DeliverySearch
from moderation.queue import Search
from moderation.report_review import NewReport, report
from moderation.review import DecisionRequest, decide
from moderation.sender_rule import SenderKind
from moderation.senders import add_sender_rule
from moderation.store import Store, UnitOfWork
from moderation.store.tables import comments
from tests.builders import ADA, DAY, NOON, RecordingDispatch, a_check, a_site, a_submission, received

BODIES = {
    "submit_comment": {"name": "Rita", "email": "rita@reader.example", "body": "Hello.", "thread": {"key": "a"}},
    "edit_comment": {"body": "Hello again."},
    "appeal_decision": {"text": "It is no abuse."},
    "decide_appeal": {"outcome": "refused", "revision": 1},
    "report_comment": {"reason": "abuse"},
    "preview_text": {"body": "That is *it*."},
    "judge_tone": {"body": "That is it."},
    "dismiss_reports": {"last": "rpt_1"},
    "check_text": {"body": "A kind word."},
    "correct_check": {"correction": "ham"},
    "moderate_texts": {"input": "A kind word."},
    "decide_comment": {"action": "approve", "revision": 1},
    "decide_comments": {"decisions": [{"comment": "cmt_0", "action": "approve", "revision": 0}]},
    "decide_campaign": {"action": "approve"},
    "change_thread": {"closed": True},
    "replace_policy": {},
    "test_policy": {},
    "change_automation": {"mode": "off"},
    "test_automation": {"approve_one_in": 100},
    "replace_retention": {},
    "export_person": {"email": "rita@reader.example"},
    "erase_person": {"email": "rita@reader.example"},
    "add_endpoint": {"url": "https://hooks.example/"},
    "change_endpoint": {"url": "https://hooks.example/"},
    "replay_deliveries": {"deliveries": [1]},
}
"""The JSON body of each operation that takes one, by the name of its view."""


def add_one_of_everything(store: Store, site_id: str) -> dict[str, object]:
    """Add a comment with a decision, an endpoint with a delivery, and a check; their ids by their names in URLs.

    The texts contain "secret of theirs".
    """
    site = a_site(site_id)
    comment = received(store, a_submission("A secret of theirs.", thread="their-page"), site=site)
    request = DecisionRequest(comment.id, Action.APPROVE, 0)
    done = decide(store, RecordingDispatch(), request, ADA, sites=[site_id], at=NOON)
    endpoint, _ = store.write(
        lambda uow: uow.endpoints.add(site_id, url=f"https://their-hooks.example/{comment.id}", events=(), at=NOON)
    )
    store.write(lambda uow: uow.deliveries.announce_test(site_id, endpoint.id, at=NOON))
    key_id, _ = store.write(lambda uow: uow.keys.add(site_id, "a key", Scope.CHECK, at=NOON))
    with store.read() as uow:
        [delivery, *_] = uow.deliveries.page(DeliverySearch(site_id, limit=1)).deliveries
    checked = a_check(store, a_submission("Another secret of theirs."), site=site)
    first, copy = (received(store, a_submission("Buy a secret of theirs."), site=site) for _ in range(2))
    new = NewReport(site_id, comment.id, "192.0.2.0/24", Reason.ABUSE, "A secret of theirs.")
    report(store, RecordingDispatch(), new, at=NOON)
    in_campaign = update(comments).where(comments.c.id.in_([first.id, copy.id])).values(campaign=first.id)
    store.write(lambda uow: uow.connection.execute(in_campaign))
    rule = store.write(lambda uow: add_sender_rule(uow, comment, SenderKind.TRUST, ADA, at=NOON))
    store.write(lambda uow: uow.second_looks.ask(site_id, {comment.id: ADA.id}, at=NOON))
    search = Search((site_id,))
    run = store.write(lambda uow: begin_run(uow, search, Action.APPROVE, None, ADA, at=NOON))
    return {
        "site_id": site_id,
        "run_id": run.id,
        "rule_id": rule.id,
        "campaign_id": first.id,
        "comment_id": comment.id,
        "decision_id": done.decision.id,
        "endpoint_id": endpoint.id,
        "delivery_id": delivery.id,
        **_of_appeals(store, site_id),
        "key": "their-page",
        "key_id": key_id,
        "upload_id": _upload(store, site_id),
        "fresh": key_id.replace("_", "-"),
        "check_id": checked.id,
        "token": status_token(store.sealer, comment.id),
        **_of_mail(store, site_id),
        **_of_readers(store, site_id, comment.thread.id),
    }


def _of_appeals(store: Store, site_id: str) -> dict[str, object]:
    """An open appeal, and the token of a rejected comment that nobody appealed about."""
    tokens = []
    for _ in range(2):
        comment = received(store, a_submission("A fourth secret of theirs."), site=a_site(site_id))
        request = DecisionRequest(comment.id, Action.REJECT, 0, Reason.ABUSE)
        decide(store, RecordingDispatch(), request, ADA, sites=[site_id], at=NOON)
        tokens.append(status_token(store.sealer, comment.id))
    appeal(store, RecordingDispatch(), tokens[0].partition(".")[0], "A secret of theirs.", at=NOON)
    with store.read() as uow:
        [found] = uow.appeals.about(tokens[0].partition(".")[0])
    return {"appeal_id": found.id, "rejected": tokens[1]}


def _of_readers(store: Store, site_id: str, thread_id: str) -> dict[str, object]:
    """The tokens of the links in mails to an author."""

    def add_reader(uow: UnitOfWork) -> tuple[str, str]:
        mailbox_id = uow.readers.mailbox(site_id, Email("rita@reader.example"), language="en", at=NOON)
        return mailbox_id, uow.readers.issue_link(mailbox_id, lifetime=DAY, at=NOON)

    mailbox_id, shows = store.write(add_reader)
    unfollows = unfollow_token(store.sealer, mailbox_id, thread_id)
    return {"confirms": confirm_token(store.sealer, mailbox_id), "unfollows": unfollows, "shows": shows}


def _upload(store: Store, site_id: str) -> str:
    """A file whose dry run has ended."""
    upload = Upload(new_id("imp", at=NOON), site_id, "disqus", "secret of theirs", "", False, 3, "mod_ada", NOON)

    def add(uow: UnitOfWork) -> None:
        uow.uploads.add(upload)
        uow.uploads.end(upload.id, UploadStatus.DONE, at=NOON)

    for other in _active(store, site_id):
        store.write(lambda uow, id=other: uow.uploads.end(id, UploadStatus.CANCELLED, at=NOON))  # type: ignore[misc]
    store.write(add)
    return upload.id


def _active(store: Store, site_id: str) -> list[str]:
    with store.read() as uow:
        return [each.id for each in uow.uploads.all(site_id) if each.status.is_active]


def _of_mail(store: Store, site_id: str) -> dict[str, object]:
    """A moderator and the tokens of two links in mails to them: one decides about a comment, one stops the mails."""
    waiting = received(store, a_submission("A third secret of theirs.", thread="their-page"), site=a_site(site_id))

    def add_recipient(uow: UnitOfWork) -> tuple[str, str]:
        name = f"Mina {len(uow.accounts.moderators())}"
        moderator_id = uow.accounts.add_moderator(name, Role.MODERATOR, [site_id], at=NOON)
        uow.mailboxes.set_email(moderator_id, Email("mina@example.org"), at=NOON)
        [mailbox_id] = uow.mailboxes.ids_of(moderator_id)
        return moderator_id, mailbox_id

    moderator_id, mailbox_id = store.write(add_recipient)
    link = DecisionLink(moderator_id, Action.APPROVE, waiting.id, waiting.revision, NOON + DAY)
    tokens = {"decides": decision_token(store.sealer, link), "stops": stop_token(store.sealer, mailbox_id)}
    return {"moderator_id": moderator_id, **tokens}
