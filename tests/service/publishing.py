"""Comments that a moderator published, or took back."""

from moderation.decision import Action, Reason
from moderation.review import DecisionRequest, decide
from tests.builders import ADA, NOON, SECOND, RecordingDispatch, a_submission, an_arrival, received


def approve(store, comment, *, at=NOON):
    """Let the public see it."""
    request = DecisionRequest(comment.id, Action.APPROVE, comment.revision)
    return decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=at).comment


def published(store, body, *, parent="", number=0, **changes):
    """An approved comment, received so many seconds after noon."""
    at = NOON + number * SECOND
    comment = received(store, a_submission(body, parent=parent, **changes), an_arrival(), at=at)
    return approve(store, comment, at=at)


def reject(store, comment):
    """Take it back from the public."""
    request = DecisionRequest(comment.id, Action.REJECT, comment.revision, Reason.SPAM)
    decide(store, RecordingDispatch(), request, ADA, sites=["demo"], at=NOON)
