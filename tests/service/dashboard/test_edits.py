import pytest

from moderation import author_rights
from moderation.accounts import Role
from tests.builders import NOON, SECOND, RecordingDispatch, a_submission, received, settled
from tests.moderation.test_author_rights import published


@pytest.fixture
def mina(signed_in):
    return signed_in("Mina", Role.MODERATOR, "demo")


def edit(store, comment, body):
    author_rights.edit(store, RecordingDispatch(), comment.id, body, at=NOON + SECOND)


def test_a_card_shows_what_the_author_changed(mina, sqlite_store):
    comment = received(sqlite_store, a_submission("I like rye bread."))
    edit(sqlite_store, comment, "I like <b>white</b> bread.")

    page = mina.get("/dashboard/").text

    assert "I like <del>rye</del><ins>&lt;b&gt;white&lt;/b&gt;</ins> bread." in page
    assert "Waiting for its score." in page


def test_a_card_tells_that_readers_still_see_the_text_before(mina, sqlite_store):
    edit(sqlite_store, published(sqlite_store, "Good bread."), "Bad bread.")

    page = mina.get("/dashboard/").text

    assert "readers see the text before" in page
    assert "<del>Good</del><ins>Bad</ins>" in page


def test_the_page_of_a_comment_has_every_text_in_its_history(mina, sqlite_store):
    comment = received(sqlite_store, a_submission("The first text."))
    edit(sqlite_store, comment, "The second text.")
    edit(sqlite_store, comment, "The third text.")

    page = mina.get(f"/dashboard/comments/{comment.id}").text

    history = page[page.index('class="history"') :]
    assert history.count("Edited by its author") == 2
    assert "The first text." in page and "The third text." in page


def test_a_decision_about_the_text_before_is_refused_with_the_new_text_in_view(mina, sqlite_store):
    comment = settled(sqlite_store, received(sqlite_store))
    edit(sqlite_store, comment, "Another text.")

    page = mina.submit(f"/dashboard/comments/{comment.id}/decisions", action="approve", revision=comment.revision)

    assert "Another text." in page.text
    with sqlite_store.read() as uow:
        assert uow.comments.get(comment.id).status == "pending"


def test_a_withdrawn_comment_has_no_button_to_publish_it(mina, sqlite_store):
    comment = published(sqlite_store)
    author_rights.withdraw(sqlite_store, RecordingDispatch(), comment.id, at=NOON)

    page = mina.get("/dashboard/?status=rejected").text

    assert "Withdrawn by its author" in page
    assert 'value="approve" data-key="a"' not in page
