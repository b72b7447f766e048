"""What owners do for people who ask: export what somebody wrote, erase it, erase one comment.

The address is only in the body of a request, never in a URL, and the audit trail does not name it.
"""

from typing import Any

from moderation.accounts import Scope
from moderation.comment import Email
from moderation.erasing import erase, person
from service.auth.actors import actor, check_may
from service.http.request_parsing import load_json
from service.passages import passages_of
from service.resources import resources
from service.schemas.people import ERASE_PERSON, ERASED_PERSON, PERSON, PERSON_EXPORT

Answer = dict[str, Any]


def export_person(site_id: str) -> Answer:
    """Read all that was written on this site with an address. The audit trail says who did so, not whose it was."""
    email, here, by_id = Email(load_json(PERSON)["email"]), resources(), actor().id
    sites, at = [site_id], here.now()
    here.store.write(lambda uow: person.record_person_export(uow, sites=sites, by_id=by_id, at=at))
    found = person.read_person(here.store, here.store.sealer.email_key(email), sites=sites)
    answer: Answer = PERSON_EXPORT.dump(person.as_json(found, email, at=at))
    return answer


def erase_person(site_id: str) -> Answer:
    """Erase all that was written on this site with an address, for good."""
    asked, here, by_id = load_json(ERASE_PERSON), resources(), actor().id
    key, rules = here.store.sealer.email_key(Email(asked["email"])), asked["with_rules"]
    erased = erase.erase_author(
        here.store, key, passages_of, sites=[site_id], with_rules=rules, by_id=by_id, at=here.now()
    )
    here.dispatch.ring("delivery")
    answer: Answer = ERASED_PERSON.dump(erased)
    return answer


def erase_comment(comment_id: str) -> tuple[str, int]:
    """Erase one comment for good: its name, addresses, website and text. Its id, times and decisions stay."""
    here, owner = resources(), actor()
    with here.store.read() as uow:
        site_id = uow.comments.get(comment_id).site_id
    check_may(Scope.ADMIN, site_id, "comment", comment_id)
    erase.erase_comment(here.store, comment_id, passages_of, sites=[site_id], by_id=owner.id, at=here.now())
    here.dispatch.ring("delivery")
    return "", 204
