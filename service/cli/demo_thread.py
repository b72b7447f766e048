# ruff: noqa: E501 - a comment each
"""A thread that shows all that comments can have, for the page `/demo`: replies, an answer of the site's own, Markdown,
several languages, and more than fit one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from moderation import answers, review
from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.decided_by import DecidedBy
from moderation.decision import Action
from moderation.dispatch import Dispatch
from moderation.intake import receive
from moderation.review import DecisionRequest
from moderation.site import Site
from moderation.store import Store

SITE, KEY = "demo", "/demo"
"""The site whose page Rejoinder has itself, and the key of that page (`demo_page` in `service/embed/pages.py`)."""

APART = timedelta(minutes=47)


@dataclass(frozen=True, slots=True)
class Said:
    """A comment. to: the number of the one that it answers, from 0; by_site: an answer of the site's own."""

    name: str
    body: str
    to: int | None = None
    by_site: bool = False
    website: str = ""


SAID = (
    Said("Hanne Okafor", "My grandmother drew those little hands too, in *every* cookery book she owned. One points at a stain and says only “yes”."),
    Said("Editor", "Please send us a picture of that page. We would print it.", to=0, by_site=True),
    Said("Hanne Okafor", "It is on its way. The stain is from 1962.", to=1),
    Said("Ingrid Baumann", "Then it is older than the recipe. 🍞", to=2),
    Said("Per Wójcik", "And still in better condition than my copy.", to=3),
    Said("Odile Marchand", "Mine has no margins left at all.", to=4),
    Said("Tomás Ferreira", "The hand has a name, by the way: it is a *manicule*. The third paragraph says:\n\n> Readers of old books drew little hands that pointed at a line\n\nPetrarch drew them with five fingers and no thumb. See https://hands.example/petrarch for some of his.", website="https://ferreira.example"),
    Said("A. B. Njoroge", "**Two** things that a margin needs:\n\n1. a reader with a pen\n2. a writer who does not mind\n\nand one that it does not need: an advertisement.", to=6),
    Said("李 明", "我祖父的书里也有这样的批注，写得比正文还好。"),
    Said("שירה לוי", "בתלמוד השוליים הם הדף עצמו.", to=8),
    Said("أمل حداد", "والحواشي عندنا كتبٌ قائمة بذاتها."),
    Said("Rosa Lindqvist", "For those who keep their notes in a text editor, a margin in four lines:\n\n```\nfor line in page:\n    if worth_answering(line):\n        print(\"☞\", line)\n```\n\nReplace `worth_answering` by your own judgement."),
    Said("Jonas Weber", "Does it work on paper?", to=11),
    Said("Rosa Lindqvist", "Only with a pencil.", to=12),
    Said("Marta Kowalska", "Is there a place where one can see such books without an appointment?"),
    Said("Editor", "The town library shows three of them until the end of the month; entrance is free.", to=14, by_site=True),
)  # fmt: skip
"""The conversations at the beginning of the thread, the oldest first."""

NAMES = ("Ben Achterberg", "Carla Nunes", "Dag Solheim", "Emeka Obi", "Fumiko Sato", "Greta Holm", "Ilse Brandt")
LINES = (
    "I read this with a pencil behind the ear.",
    "The last sentence is the best one.",
    "My copy came with somebody else's opinions. They were right.",
    "I disagree with the second paragraph, but politely.",
    "A note in a library book is a letter to nobody and to everybody.",
    "Thank you, this made my morning.",
)


def thread() -> Iterator[Said]:
    """All of it: the conversations, then enough single comments for a second page."""
    yield from SAID
    for number in range(len(NAMES) * len(LINES)):
        yield Said(NAMES[number % len(NAMES)], LINES[number % len(LINES)])


class _Silent:
    """Rings nothing: the sweeper finds what is new."""

    def ring(self, bell: str) -> None:
        """Do nothing."""


def fill(store: Store, site: Site, *, by: DecidedBy, at: datetime) -> int:
    """Publish the thread on the page of the site, the newest a moment before `at`; returns how many comments it has."""
    said, dispatch = list(thread()), _Silent()
    ids: list[str] = []
    for number, each in enumerate(said):
        moment = at - APART * (len(said) - number)
        parent = "" if each.to is None else ids[each.to]
        if each.by_site:
            ids.append(answers.answer(store, dispatch, parent, each.body, by, at=moment).id)
        else:
            ids.append(_publish(store, dispatch, site, each, parent, by, at=moment))
    return len(said)


def _publish(
    store: Store, dispatch: Dispatch, site: Site, said: Said, parent: str, by: DecidedBy, *, at: datetime
) -> str:
    thread = ThreadRef(KEY, title="A note in the margin")
    email = Email("reader@reader.example")
    submission = Submission(said.name, email, said.body, thread, website=said.website, parent=parent)
    id = receive(store, dispatch, site, submission, SubmissionMetadata(), at=at).comment_id
    request = DecisionRequest(id, Action.APPROVE, 0, None)
    review.decide(store, dispatch, request, by, sites=[site.id], at=at)
    return id
