"""The names of the form's fields: Rejoinder's, and those of WordPress that mean the same. See submission.py."""

NAME = "name"
EMAIL = "email"
WEBSITE = "website"
BODY = "body"
THREAD_KEY = "thread_key"
THREAD_URL = "thread_url"
THREAD_TITLE = "thread_title"
PARENT = "parent"

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a field
"""Hidden: the signed token of `moderation/traps.py`."""

PROOF = "altcha"
"""Hidden: the solution of a challenge of `moderation/proof_of_work.py`. altcha's widget gives it this name."""

TRAP = "leave_empty"
"""Hidden from people; whatever fills it in is no person."""

RETURN_TO = "return_to"
"""Hidden: the page of the site to go back to."""

LANG = "lang"
"""Hidden: the language of the page, for the answer."""

TELL_REPLIES, TELL_PUBLISHED = "tell_replies", "tell_published"
"""Boxes: what the author wants mail about. Whatever stands in one that is sent means yes."""

PREVIEW = "preview"
"""The button that shows the comment instead of sending it. Only browsers without JavaScript send it."""

FORM_PLACES = {
    NAME: "name",
    EMAIL: "email",
    WEBSITE: "website",
    BODY: "body",
    PARENT: "parent",
    THREAD_KEY: "thread.key",
    THREAD_URL: "thread.url",
    THREAD_TITLE: "thread.title",
}
"""Each field of Rejoinder's form, and the field of a submission that it fills."""

PLACES = {
    **FORM_PLACES,
    "thread[key]": "thread.key",
    "thread[url]": "thread.url",
    "thread[title]": "thread.title",
    "thread.key": "thread.key",
    "thread.url": "thread.url",
    "thread.title": "thread.title",
    "author": "name",
    "url": "website",
    "comment": "body",
    "comment_post_ID": "thread.key",
    "comment_parent": "parent",
}
"""The same for every field that a form may send. Of those that fill the same place the first counts."""

OF_PAGE = frozenset(name for name, place in PLACES.items() if place.startswith("thread."))
"""The fields that the page fills in, not the author."""

READ = frozenset({*PLACES, FORM_TOKEN, TRAP, PROOF, RETURN_TO, LANG, TELL_REPLIES, TELL_PUBLISHED, PREVIEW})
"""All fields of a form that are read. A form of WordPress brings others along, which mean nothing here."""
