"""Several moderators at one queue: who reads what, whose it is, and what colleagues decided."""

import re
from datetime import timedelta

import pytest

from moderation.accounts import Role
from tests.builders import NOON, received, sent_copies, settled
from tests.service.dashboard.test_groups import some_spam
from tests.service.dashboard.test_in_place import OFFER


@pytest.fixture
def comment(sqlite_store):
    return settled(sqlite_store, received(sqlite_store, at=NOON), at=NOON)


def tell(browser, *listed, reading="", status="pending", **groups):
    form = {"csrf": browser.token(), "reading": reading, "status": status, "listed": list(listed), **groups}
    answer = browser.client.post("/dashboard/together", data=form, headers={"Accept": "application/json"})
    return answer.get_json()


def test_others_see_who_reads_a_comment_for_as_long_as_they_do(signed_in, comment, clock):
    mina, olga = signed_in(), signed_in("Olga")

    assert tell(mina, comment.id, reading=comment.id)["about"] == {}
    assert tell(olga, comment.id)["about"] == {comment.id: "Mina is reading this"}
    assert "Mina is reading this" in olga.get("/dashboard/").text
    assert "Mina is reading this" not in mina.get("/dashboard/").text

    clock.wait(timedelta(seconds=45))
    assert tell(olga, comment.id)["about"] == {}


def test_whoever_goes_on_reads_it_no_more(signed_in, comment):
    mina, olga = signed_in(), signed_in("Olga")
    tell(mina, comment.id, reading=comment.id)

    tell(mina, comment.id, reading="")

    assert tell(olga, comment.id)["about"] == {}


def test_others_see_who_reads_which_comment_of_a_run(signed_in, sqlite_store):
    first, second, *_ = members = [each.id for each in some_spam(sqlite_store)]
    mina, olga, ines = signed_in(), signed_in("Olga"), signed_in("Ines")
    run = f"run-{first} {' '.join(members)}"

    tell(mina, *members, reading=second)
    one = tell(ines, *members, run=run)["about"]
    page = ines.get("/dashboard/").text
    tell(olga, *members, reading=first)
    two = tell(ines, *members, run=run)["about"]

    assert one == {second: "Mina is reading this", f"run-{first}": "Mina is reading one of these"}
    assert page.count("Mina is reading this") == 1
    assert page.count("Mina is reading one of these") == 2  # in the row, and in the pane
    assert two[f"run-{first}"] == "Mina and Olga are reading some of these"
    assert two[first] == "Olga is reading this"


def test_all_who_read_the_same_comment_are_in_one_sentence(signed_in, comment):
    ada = signed_in("Ada")

    for name in ("Mina", "Olga", "Ines"):
        tell(signed_in(name), comment.id, reading=comment.id)

    assert tell(ada, comment.id)["about"] == {comment.id: "Ines, Mina and Olga are reading this"}


def test_others_see_who_reads_a_copy_at_the_card_of_its_campaign(signed_in, sqlite_store):
    copies = sent_copies(sqlite_store, [OFFER.format(n) for n in range(5)])
    mina, olga = signed_in(), signed_in("Olga")
    [card] = re.findall(r'<article class="card[^"]*" id="(\w+)"', olga.get("/dashboard/").text)
    other = next(each.id for each in copies if each.id != card)

    tell(mina, other, reading=other)
    seen = tell(olga, card, campaign=f"{card} {copies[0].id}")["about"]
    tell(mina, card, reading=card)
    itself = tell(olga, card, campaign=f"{card} {copies[0].id}")["about"]

    assert seen == {card: "Mina is reading one of these"}
    assert itself == {card: "Mina is reading this"}
    assert "Mina is reading" in olga.get("/dashboard/campaigns").text
    assert "Mina is reading" not in mina.get("/dashboard/campaigns").text


def test_a_comment_that_somebody_took_is_theirs_until_they_give_it_back(signed_in, comment):
    mina, olga = signed_in(), signed_in("Olga")

    page = mina.submit(f"/dashboard/comments/{comment.id}/claim")
    assert "you have taken this" in page.text and "Give it back" in page.text
    assert "asks you to decide" not in mina.get("/dashboard/").text
    assert tell(olga, comment.id)["about"] == {comment.id: "Mina has taken this"}
    olga.submit(f"/dashboard/comments/{comment.id}/claim", release="yes")
    assert tell(olga, comment.id)["about"] == {comment.id: "Mina has taken this"}  # it was not hers to give

    mina.submit(f"/dashboard/comments/{comment.id}/claim", release="yes")
    assert tell(olga, comment.id)["about"] == {}


def test_who_is_asked_is_told_to_the_others(signed_in, comment):
    mina, olga, ines = signed_in(), signed_in("Olga"), signed_in("Ines")
    mina.submit(f"/dashboard/comments/{comment.id}/escalate", **{"for": olga.moderator_id})

    assert tell(olga, comment.id)["about"] == {comment.id: "you are asked to decide this"}
    assert tell(ines, comment.id)["about"] == {comment.id: "Olga is asked to decide this"}


def test_what_a_colleague_decided_leaves_the_list_with_who_did_what(signed_in, comment):
    mina, olga = signed_in(), signed_in("Olga")

    mina.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=comment.revision)

    assert tell(olga, comment.id)["gone"] == {comment.id: "Approved by Mina"}
    assert tell(olga, comment.id, status="approved")["gone"] == {}
    assert mina.submit(f"/dashboard/comments/{comment.id}/claim").status_code == 422


def test_nothing_is_told_of_another_site(signed_in, comment, garden):
    mina, greta = signed_in(), signed_in("Greta", Role.OWNER, garden)
    tell(mina, comment.id, reading=comment.id)
    mina.submit(f"/dashboard/comments/{comment.id}/claim")

    assert tell(greta, comment.id, reading=comment.id) == {"about": {}, "gone": {}}
    mina.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=comment.revision)
    assert tell(greta, comment.id) == {"about": {}, "gone": {}}
    assert tell(mina, comment.id)["about"] == {}


def test_a_moderator_who_is_alone_is_asked_nothing(signed_in, comment):
    mina = signed_in()
    assert "data-together" not in mina.get("/dashboard/").text

    signed_in("Olga")
    assert "data-together" in mina.get("/dashboard/").text
