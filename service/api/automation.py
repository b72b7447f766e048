"""A site's automation: how it stands, its mode and budgets, and giving everything back to people."""

from typing import Any

from moderation import tried_budgets
from moderation.automation_admin import change_automation as change
from moderation.automation_admin import give_back
from moderation.automation_report import automation_report
from service.auth.actors import actor
from service.http.request_parsing import load_json, load_query
from service.resources import resources
from service.schemas.automation import (
    AUTOMATION,
    AUTOMATION_CHANGE,
    BUDGET_TEST,
    BUDGET_TEST_QUERY,
    BUDGETS,
    budgets_in,
)

Answer = dict[str, Any]


def show_automation(site_id: str) -> Answer:
    """Read what the machine may do alone, and how far the proofs have come."""
    here = resources()
    with here.store.read() as uow:
        answer: Answer = AUTOMATION.dump(automation_report(uow, site_id, at=here.now()))
    return answer


def change_automation(site_id: str) -> Answer:
    """Change the mode or the budgets; what is left out stays."""
    asked, here, by_id = load_json(AUTOMATION_CHANGE), resources(), actor().id
    mode, one_in = asked.get("mode"), budgets_in(asked)
    here.store.write(lambda uow: change(uow, site_id, mode=mode, one_in=one_in, by_id=by_id, at=here.now()))
    return show_automation(site_id)


def test_automation(site_id: str) -> Answer:
    """Try budgets on the newest trials: on how many it would act alone, and where people decided otherwise."""
    asked, one_in = load_query(BUDGET_TEST_QUERY), budgets_in(load_json(BUDGETS))
    found = tried_budgets.run(resources().store, site_id, one_in, limit=asked["limit"])
    answer: Answer = BUDGET_TEST.dump(found)
    return answer


def pause_automation(site_id: str) -> Answer:
    """Give everything back to people at once; what is proven stays."""
    here, by_id = resources(), actor().id
    has_mail = here.settings.smtp is not None
    here.store.write(lambda uow: give_back(uow, site_id, has_mail=has_mail, by_id=by_id, at=here.now()))
    here.dispatch.ring("delivery")
    return show_automation(site_id)
