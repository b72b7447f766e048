from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from moderation import author_rights, report_review, review
from moderation.comment import Status
from moderation.decision import Action, Reason
from moderation.errors import Invalid, NotFound
from moderation.outbox.delivery import DeliverySearch
from moderation.report_review import NewReport
from moderation.reports import weight_of
from moderation.review import DecisionRequest
from moderation.webhooks.endpoint import ENDPOINT_EVENTS
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_policy, a_site, received
from tests.moderation.test_author_rights import published

LATER = NOON + timedelta(minutes=5)


def report(store, comment, network="192.0.2.0/24", *, reason=Reason.ABUSE, text="", at=LATER, site="demo"):
    new = NewReport(site, comment.id, network, reason, text)
    report_review.report(store, RecordingDispatch(), new, at=at)


def open_reports(store, comment):
    with store.read() as uow:
        return uow.reports.about([comment.id]).get(comment.id, ())


def shown(store, comment):
    """What readers see on its page."""
    with store.read() as uow:
        return uow.threads.outline(comment.thread.id)


def now(store, comment):
    with store.read() as uow:
        return uow.comments.get(comment.id)


def decide(store, comment, action, reason=None):
    request = DecisionRequest(comment.id, action, now(store, comment).revision, reason)
    return review.decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=LATER).comment


def hold_from(store, networks):
    store.write(lambda uow: uow.sites.change(a_site(policy=a_policy(hold_reports=networks))))


def dismiss(store, comment, *, sites=("demo",), last_id=None):
    last_id = last_id or open_reports(store, comment)[-1].id
    return report_review.dismiss(store, comment.id, ADA, last_id=last_id, sites=sites, at=LATER)


def test_a_report_is_kept_with_its_reason_and_text_and_the_comment_stays(store):
    comment = published(store)

    report(store, comment, reason=Reason.THREAT, text="He knows where I live.")

    [kept] = open_reports(store, comment)
    assert (kept.reason, kept.text, kept.weight) == (Reason.THREAT, "He knows where I live.", 1.0)
    assert now(store, comment) == comment


def test_a_network_counts_once_for_a_comment(store):
    comment = published(store)

    with ThreadPoolExecutor(4) as pool:
        for asked in [pool.submit(report, store, comment) for _ in range(4)]:
            asked.result()

    assert len(open_reports(store, comment)) == 1


def test_an_edit_may_be_reported_by_a_network_that_reported_the_text_before(store):
    comment = published(store)
    report(store, comment, at=NOON + 2 * SECOND)
    author_rights.edit(store, RecordingDispatch(), comment.id, "Worse.", at=NOON + 3 * SECOND)

    report(store, comment, text="Even worse.", at=NOON + 4 * SECOND)

    assert [each.text for each in open_reports(store, comment)] == ["Even worse."]


def test_only_what_readers_can_see_can_be_reported(store):
    pending = received(store)
    rejected = decide(store, received(store), Action.REJECT, Reason.SPAM)

    for comment in (pending, rejected):
        with pytest.raises(NotFound):
            report(store, comment)
    with pytest.raises(NotFound):
        report(store, published(store), site="other")


def test_a_reason_that_no_reader_may_give_is_refused(store):
    with pytest.raises(Invalid):
        report(store, published(store), reason=Reason.CLEAN)


def test_reports_hold_nothing_unless_the_site_says_so(store):
    comment = published(store)

    for n in range(20):
        report(store, comment, f"192.0.{n}.0/24")

    assert now(store, comment).status is Status.APPROVED


def test_so_many_networks_as_the_site_says_hold_a_comment_again(store):
    hold_from(store, 3)
    comment = published(store)

    for network in ("one", "two", "two"):
        report(store, comment, network)
    assert now(store, comment).status is Status.APPROVED
    report(store, comment, "three")

    held = now(store, comment)
    assert (held.status, held.reason) == (Status.PENDING, Reason.REPORTED)
    with store.read() as uow:
        last = uow.decisions.last(comment.id)
        assert uow.threads.outline(comment.thread.id) == []
    assert (last.by.id, last.action, last.detail.params) == ("policy", Action.HOLD, {"n": 3})


def test_reports_take_the_text_before_an_edit_off_the_page_too(store):
    hold_from(store, 2)
    comment = published(store)
    author_rights.edit(store, RecordingDispatch(), comment.id, "Another text.", at=LATER)

    report(store, comment, "one")
    assert len(shown(store, comment)) == 1
    report(store, comment, "two")

    assert shown(store, comment) == []
    held = now(store, comment)
    assert (held.status, held.reason, held.body) == (Status.PENDING, Reason.REPORTED, "Another text.")


def test_a_comment_that_a_moderator_approved_again_needs_as_many_new_reports(store):
    hold_from(store, 2)
    comment = published(store)
    report(store, comment, "one")
    report(store, comment, "two")
    decide(store, comment, Action.APPROVE)

    report(store, comment, "one")
    report(store, comment, "three")

    assert now(store, comment).status is Status.APPROVED


@pytest.mark.parametrize(
    ("upheld", "dismissed", "weight"), [(0, 0, 1), (5, 0, 1), (0, 1, 0.5), (0, 3, 0.25), (3, 1, 0.8)]
)
def test_a_network_that_was_often_wrong_weighs_less(upheld, dismissed, weight):
    assert weight_of(upheld, dismissed) == pytest.approx(weight)


def test_what_moderators_decide_tells_how_much_the_next_report_weighs(store):
    for action, reason in ((Action.APPROVE, None), (Action.REJECT, Reason.ABUSE)):
        comment = published(store)
        report(store, comment, "wrong" if action is Action.APPROVE else "right")
        if action is Action.APPROVE:
            dismiss(store, comment)
        else:
            decide(store, comment, action, reason)

    comment = published(store)
    report(store, comment, "wrong")
    report(store, comment, "right")

    assert sorted(each.weight for each in open_reports(store, comment)) == [0.5, 1.0]


def test_networks_that_weigh_less_need_to_be_more(store):
    hold_from(store, 2)
    for _ in range(3):
        comment = published(store)
        for network in ("troll 1", "troll 2"):
            report(store, comment, network)
        decide(store, comment, Action.APPROVE) if now(store, comment).status is Status.PENDING else dismiss(
            store, comment
        )

    comment = published(store)
    for network in ("troll 1", "troll 2"):
        report(store, comment, network)

    assert now(store, comment).status is Status.APPROVED


def test_a_rejection_an_approval_and_a_withdrawal_end_the_reports(store):
    for act in (
        lambda comment: decide(store, comment, Action.REJECT, Reason.ABUSE),
        lambda comment: decide(store, comment, Action.APPROVE),
        lambda comment: author_rights.withdraw(store, RecordingDispatch(), comment.id, at=LATER),
    ):
        comment = published(store)
        report(store, comment)

        act(comment)

        assert open_reports(store, comment) == ()


def test_a_dismissal_ends_only_the_reports_that_were_read(store):
    comment = published(store)
    report(store, comment, "one", at=LATER)
    [first] = open_reports(store, comment)
    report(store, comment, "two", at=LATER + SECOND)

    assert dismiss(store, comment, last_id=first.id) == 1

    assert len(open_reports(store, comment)) == 1
    with store.read() as uow:
        [entry] = uow.audit.page("demo", action="reports.", limit=9)
    assert (entry.fact.action, entry.fact.by_id, entry.fact.detail) == (
        "reports.dismissed",
        "mod_ada",
        {"reports": 1},
    )


def test_nobody_dismisses_reports_of_another_site(store):
    comment = published(store)
    report(store, comment)

    with pytest.raises(NotFound):
        dismiss(store, comment, sites=["other"])


def test_a_report_is_announced_without_its_text_or_its_network(store):
    hold_from(store, 1)
    store.write(lambda uow: uow.endpoints.add("demo", url="https://hooks.example/", events=ENDPOINT_EVENTS, at=NOON))
    comment = published(store)

    report(store, comment, "192.0.2.0/24", text="A secret.")

    with store.read() as uow:
        newest = uow.deliveries.page(DeliverySearch("demo", limit=1)).deliveries[0]
        rows = uow.connection.exec_driver_sql("SELECT * FROM reports").all()
        payload = uow.connection.exec_driver_sql("SELECT payload FROM deliveries ORDER BY id DESC LIMIT 1").scalar()
    assert newest.type == "comment.reported"
    assert '"status":"pending"' in payload and '"reason":"abuse"' in payload
    assert "secret" not in payload and "192.0.2" not in payload + str(rows)


def test_the_weightiest_comments_come_first(store):
    one, two = published(store), published(store)
    report(store, one, "one")
    for network in ("one", "two"):
        report(store, two, network)

    with store.read() as uow:
        found = uow.reports.gathered(sites=["demo"], limit=9)
        assert uow.reports.count_reported(sites=["demo"]) == 2
        assert uow.reports.gathered(sites=["other"], limit=9) == []
    assert [(each.comment_id, each.count, each.weight) for each in found] == [(two.id, 2, 2.0), (one.id, 1, 1.0)]
