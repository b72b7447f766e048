"""`rejoinder demo page`."""

from moderation.conversation import in_reply_order
from service.cli import demo_thread
from service.embed.pages import DEMO_SITE
from service.formats.thread_page import PAGE_SIZE


def test_the_demo_page_gets_a_thread_that_shows_everything(console, store):
    made = console.json("demo", "page")

    with store.read() as uow:
        thread = uow.threads.get(demo_thread.SITE, demo_thread.KEY)
        places = in_reply_order(uow.threads.outline(thread.id))
        comments = uow.threads.public_comments(places)
    assert (demo_thread.SITE, made["url"][-5:]) == (DEMO_SITE, "/demo")
    assert made["comments"] == len(comments) > PAGE_SIZE
    assert max(comment.depth for comment in comments) == 5
    assert [comment.name for comment in comments if comment.by_site] == ["A demo blog"] * 2
    assert any(comment.website for comment in comments)


def test_a_demo_page_with_comments_is_left_as_it_is(console, store):
    console("demo", "page")

    refusal = console.refusal("demo", "page")

    assert refusal == "site: the page /demo of the site demo has comments already."
