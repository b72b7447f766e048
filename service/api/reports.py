"""Reports: a reader's about a published comment; and for moderators all that are open."""

from typing import Any

from moderation import report_review
from moderation.accounts import Scope
from moderation.errors import NotFound
from service.auth.actors import actor, check_may
from service.http.cors import check_origin, open_to_site_pages
from service.http.request_parsing import load_json, load_query, read_json
from service.resources import resources
from service.schemas.reports import DISMISSAL, DISMISSED, REPORT_QUERY, REPORT_TAKEN, REPORTS
from service.submissions.report import report

Answer = dict[str, Any]


@open_to_site_pages
def report_comment(site_id: str, comment_id: str) -> tuple[Answer, int]:
    """Report a published comment. Nobody needs an account; a network counts once for each comment."""
    site = resources().sites.get(site_id)
    check_origin(site)
    report(site, comment_id, read_json())
    answer: Answer = REPORT_TAKEN.dump({"comment": comment_id, "status": "reported"})
    return answer, 202


def list_reports() -> Answer:
    """List the comments with open reports, the weightiest first."""
    asked, sites = load_query(REPORT_QUERY), actor().sites(Scope.READ)
    if asked["site"]:
        if asked["site"] not in sites:
            raise NotFound("site", asked["site"])
        sites = (asked["site"],)
    with resources().store.read() as uow:
        found = uow.reports.gathered(sites=sites, limit=asked["limit"])
        ids = [each.comment_id for each in found]
        comments = {comment.id: comment for comment in uow.comments.get_many(ids)}
        reports = uow.reports.about(ids)
    reported = [
        {"comment": comments[each.comment_id], "reports": reports[each.comment_id], "weight": each.weight}
        for each in found
        if each.comment_id in comments
    ]
    answer: Answer = REPORTS.dump({"reported": reported})
    return answer


def dismiss_reports(comment_id: str) -> Answer:
    """Say that nothing is wrong with a reported comment. Its reports are closed, and their networks weigh less."""
    asked, here, decider = load_json(DISMISSAL), resources(), actor()
    with here.store.read() as uow:
        site_id = uow.comments.get(comment_id).site_id
    check_may(Scope.MODERATE, site_id, "comment", comment_id)
    sites = decider.sites(Scope.MODERATE)
    count = report_review.dismiss(
        here.store, comment_id, decider.by, last_id=asked["last"], sites=sites, at=here.now()
    )
    answer: Answer = DISMISSED.dump({"dismissed": count})
    return answer
