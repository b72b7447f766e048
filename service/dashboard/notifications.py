"""When a moderator is notified of comments by mail: one choice for each of their sites."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import account_admin
from moderation.errors import Invalid
from moderation.mail.notify import Notify
from moderation.messages import N_, Message
from moderation.store import UnitOfWork
from service.dashboard.blueprint import bp
from service.dashboard.session import actor
from service.resources import resources

WHEN = {
    Notify.AT_ONCE: N_("Each comment that waits, at once"),
    Notify.DOUBTFUL: N_("Only doubtful comments, at once"),
    Notify.QUARTER: N_("A summary every 15 minutes"),
    Notify.HOURLY: N_("A summary every hour"),
    Notify.DAILY: N_("A summary every day"),
    Notify.NEVER: N_("Nothing"),
}


@bp.get("/notifications")
def show_notifications() -> str:
    """The form, and the confirmation afterwards."""
    with resources().store.read() as uow:
        address = uow.mailboxes.masked_email_of(actor().id)
        choices = uow.mailboxes.choices(actor().id)
        sites = uow.sites.all(sorted(choices))
    return render_template(
        "dashboard/notifications.html",
        address=address,
        sites=sites,
        choices=choices,
        when=WHEN,
        has_mail=resources().settings.smtp is not None,
    )


@bp.post("/notifications")
def choose_notifications() -> ResponseReturnValue:
    """Save what changed."""
    resources().store.write(_choose)
    return redirect(url_for("dashboard.show_notifications", saved=1), code=303)


def _choose(uow: UnitOfWork) -> None:
    here, at = actor(), resources().now()
    for site_id, before in uow.mailboxes.choices(here.id).items():
        said = request.form.get(site_id, before.value)
        if said not in set(Notify):
            raise Invalid("when", Message(N_("choose one of the answers in the list.")))
        if said != before.value:
            account_admin.choose_notify(uow, here.name, site_id, Notify(said), by_id=here.id, at=at)
