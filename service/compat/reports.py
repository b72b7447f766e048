"""What clients report about texts: a report corrects the check of the text, which is made first if there was none."""

from collections.abc import Sequence

from moderation import checks
from moderation.checks import Correction
from moderation.comment import Submission, SubmissionMetadata
from service.compat.callers import Caller
from service.resources import resources
from service.submissions.check import check


def correct(
    caller: Caller,
    submission: Submission,
    arrival: SubmissionMetadata,
    correction: Correction,
    *,
    ids: Sequence[str] = (),
) -> None:
    """Say what this text was in truth. ids: of its check, as far as the client knows any.

    Without an id that is right, the check is found by the text and its author. Raises what `check` raises.
    """
    store, at, site_id = resources().store, resources().now(), caller.site.id
    with store.read() as uow:
        known = [each for each in ids if each and uow.checks.exists(each, site_id)]
        found = uow.checks.earlier(site_id, checks.content_key(store.sealer, submission))
    check_id = known[0] if known else found.id if found else check(resources(), caller.site, submission, arrival).id
    assert check_id is not None  # it is kept
    store.write(lambda uow: checks.correct(uow, check_id, correction, sites=[site_id], by_id=caller.key_id, at=at))
