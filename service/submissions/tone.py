"""Whether an author should be asked to put a text more kindly before it is posted, where the site asks that."""

from moderation.comment import Email, Submission, SubmissionMetadata, ThreadRef
from moderation.errors import CannotScore, StoreBusy
from moderation.policy import is_harsh
from moderation.site import Site
from service.resources import Resources
from service.submissions.check import check


def should_be_kinder(resources: Resources, site: Site, body: str) -> bool:
    """Whether the policy would hold or reject this text as abusive; False where it cannot be scored.

    It is scored as a check that keeps nothing, so later comments are no copies of it.
    """
    if not site.form.kinder:
        return False
    submission = Submission(name="", email=Email(""), body=body, thread=ThreadRef(""))
    try:
        verdict = check(resources, site, submission, SubmissionMetadata(address=""), keep=False)
    except (CannotScore, StoreBusy):
        return False
    return is_harsh(verdict.score, site.policy)
