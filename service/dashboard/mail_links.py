"""What the links in mails lead to: a page with one button. A GET changes nothing, because programs fetch links."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from moderation import account_admin, review
from moderation.accounts import Scope
from moderation.errors import NotFound
from moderation.mail.links import DecisionLink, read_stop_token
from moderation.mail.notify import Notify, Recipient
from moderation.reasons import MODERATOR_REASONS, Reason
from moderation.review import DecisionRequest
from service.dashboard.blueprint import bp
from service.dashboard.mail_actor import link_in_url
from service.dashboard.queue import reject_choices
from service.dashboard.session import actor, actor_or_none, check_may_decide, readable
from service.resources import resources


@bp.get("/mail/decide/<token>")
def show_mail_decision(token: str) -> ResponseReturnValue:
    """The comment, and a button for what the link says; without the button when somebody has decided since."""
    link = link_in_url()
    if link is None:
        return render_template("dashboard/mail_expired.html"), 410
    with resources().store.read() as uow:
        comment = readable(uow, link.comment_id)
        history = uow.decisions.history(comment.id)
    check_may_decide(comment.site_id)
    return render_template(
        "dashboard/mail_decision.html",
        token=token,
        link=link,
        comment=comment,
        is_open=comment.revision == link.revision,
        last=history[-1] if history else None,
        reject_reasons=reject_choices(),
        is_signed_in=actor_or_none() is not None,
    )


@bp.post("/mail/decide/<token>")
def decide_by_mail(token: str) -> ResponseReturnValue:
    """Decide as the link says. The second of two gets to know what was decided, and changes nothing."""
    link = link_in_url()
    if link is None:
        return render_template("dashboard/mail_expired.html"), 410
    here = resources()
    with here.store.read() as uow:
        site_id = readable(uow, link.comment_id).site_id
    check_may_decide(site_id)
    review.decide(
        here.store, here.dispatch, _request(link), actor().by, sites=actor().sites(Scope.MODERATE), at=here.now()
    )
    return redirect(url_for("dashboard.show_mail_decision", token=token), code=303)


@bp.get("/mail/stop/<token>")
def show_mail_stop(token: str) -> str:
    """A page with a button."""
    return render_template("dashboard/mail_stop.html", token=token, site_id=_recipient(token).site_id, is_done=False)


@bp.post("/mail/stop/<token>")
def stop_mail(token: str) -> str:
    """Tell a moderator no more about a site. Mail programs post here by themselves (RFC 8058), without our form."""
    recipient, at = _recipient(token), resources().now()
    resources().store.write(
        lambda uow: account_admin.choose_notify(
            uow, recipient.name, recipient.site_id, Notify.NEVER, by_id=recipient.moderator_id, at=at
        )
    )
    return render_template("dashboard/mail_stop.html", token=token, site_id=recipient.site_id, is_done=True)


def _request(link: DecisionLink) -> DecisionRequest:
    said = request.form.get("reason", "")
    reason = Reason(said) if said in MODERATOR_REASONS else Reason.SPAM
    needs_one = link.action.spec.needs_reason
    return DecisionRequest(link.comment_id, link.action, link.revision, reason if needs_one else None)


def _recipient(token: str) -> Recipient:
    """Raises NotFound for a link that is not ours, and when the mailbox is gone."""
    mailbox_id = read_stop_token(resources().store.sealer, token)
    with resources().store.read() as uow:
        found = uow.mailboxes.recipients([mailbox_id]) if mailbox_id else {}
    if not mailbox_id or mailbox_id not in found:
        raise NotFound("page")
    return found[mailbox_id]
