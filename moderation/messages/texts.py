"""The English text of every code. To add a message, add a row here and run `script/messages`.

Codes are stored and sent to programs, so a published code keeps its meaning and its parameters. Numbers are written
as the reader's language writes them: a float with two decimals, an integer with its digits grouped.
"""

from moderation.messages.evidence_texts import EVIDENCE_TEXTS
from moderation.messages.marked_text import N_, P_, Plural, Text

_LABELS: dict[str, Text] = {
    "label.spam": N_("spam"),
    "label.abuse": N_("abuse"),
    "label.toxic": N_("toxic"),
    "label.insult": N_("insult"),
    "label.threat": N_("threat"),
    "label.obscene": N_("obscene"),
    "label.identity_attack": N_("identity attack"),
}

_SIGNALS: dict[str, Text] = {
    "signal.hidden_field": N_("a hidden field was filled in"),
    "signal.no_token": N_("the form had no token, as on a page without JavaScript"),
    "signal.bad_token": N_("the form's token is invalid or belongs to another page"),
    "signal.old_token": N_("the form's token is older than a day"),
    "signal.used_token": N_("the form's token was used before"),
    "signal.too_fast": N_("the form was sent within two seconds"),
    "signal.no_proof": N_("it came in a flood, without a proof of work"),
}

_POLICY: dict[str, Text] = {
    "threshold.hold": N_("%(label)s %(value)s, the threshold to hold is %(bound)s"),
    "threshold.reject": N_("%(label)s %(value)s, the threshold to reject is %(bound)s"),
    "threshold.only_held": N_(
        "%(label)s %(value)s, the threshold to reject is %(bound)s; "
        "only held, because the model's confidence is below %(min_confidence)s"
    ),
    "policy.all_approve": N_("every score is below its approval threshold"),
    "policy.no_objection": N_("nothing speaks against it; on this site moderators decide"),
    "policy.unfamiliar": N_("the model has seen few texts like this one"),
    "policy.unfamiliar_language": N_("the model has seen few texts like this one (language: %(language)s)"),
    "automation.approve": N_(
        "published without a moderator: surer than 1 in %(sure)s, and proven on this site to be wrong "
        "in at most 1 of %(one_in)s such decisions"
    ),
    "automation.reject": N_(
        "rejected without a moderator: surer than 1 in %(sure)s, and proven on this site to be wrong "
        "in at most 1 of %(one_in)s such decisions"
    ),
    "rule.reports": Plural("reported by %(n)s reader", "reported by %(n)s readers"),
    "rule.closed_thread": N_("comments on this page are closed"),
    "rule.closed_by_age": Plural("this page took comments for %(n)s day", "this page took comments for %(n)s days"),
    "rule.words": N_("contains “%(phrase)s”"),
    "rule.links": Plural("%(n)s link, the limit is %(limit)s", "%(n)s links, the limit is %(limit)s"),
    "rule.signals": N_("%(signal)s"),
    "rule.copies": Plural(
        "%(n)s recent comment with nearly the same text", "%(n)s recent comments with nearly the same text"
    ),
    "rule.copies_of_spam": Plural(
        "moderators rejected %(n)s comment with nearly the same text as spam",
        "moderators rejected %(n)s comments with nearly the same text as spam",
    ),
    "sender.trust": N_("%(by)s trusts this author"),
    "sender.mute": N_("%(by)s muted this author"),
    "sender.address": N_("%(by)s blocked this email address"),
    "sender.domain": N_("%(by)s blocked this mail domain"),
    "sender.network": N_("%(by)s blocked this network"),
    "sender.campaign": N_("%(by)s rejects the next comments of this campaign"),
    "rule.first_comment": N_("the author has no approved comment yet"),
}

_SCORING: dict[str, Text] = {
    "scoring.no_score": N_("the classifier gave no score"),
    "scoring.failed": Plural("the classifier failed %(n)s time on it", "the classifier failed %(n)s times on it"),
}

_DECIDED_BY: dict[str, Text] = {
    "by.policy": N_("the policy"),
    "by.author": N_("its author"),
}

_FIELDS: dict[str, Text] = {
    "field.body": N_("text"),
    "field.name": N_("name"),
    "field.website": N_("website"),
}

_DELIVERIES: dict[str, Text] = {
    "delivery.waiting": N_("waiting"),
    "delivery.delivered": N_("delivered"),
    "delivery.given_up": N_("given up"),
}

_ATTEMPTS: dict[str, Text] = {
    # Why an attempt to deliver failed: see worker/safe_connect.py and worker/http_client.py
    "connect.unresolved": N_("The host name could not be resolved."),
    "connect.resolve_timeout": N_("The host name could not be resolved in time."),
    "connect.no_address": N_("The host has no address."),
    "connect.not_public": N_("The host has an address that is not public."),
    "connect.port": N_("Port %(port)s is not open for webhooks."),
    "connect.timeout": N_("The connection could not be made in time."),
    "connect.failed": N_("The connection failed: %(error)s."),
    "tls.certificate": N_("The certificate was refused: %(error)s."),
    "tls.failed": N_("TLS failed: %(error)s."),
    "http.timeout": N_("No answer within %(seconds)s s."),
    "http.closed": N_("The connection was closed before an answer arrived."),
    "http.invalid": N_("The answer is not HTTP (%(error)s)."),
    "http.status": N_("The receiver answered %(status)s."),
    "http.redirect": N_("The receiver answered %(status)s; redirects are not followed."),
    "http.gone": N_("The receiver answered 410 Gone: it wants no more deliveries."),
    # Why a mail was not taken: see mail/smtp.py. The status is the server's code, such as "550 5.1.1"
    "smtp.later": N_("The mail server asks to try again later (%(status)s)."),
    "smtp.refused": N_("The mail server refused the mail (%(status)s)."),
    "smtp.no_recipient": N_("The mail server takes no mail for this address (%(status)s)."),
    "smtp.login": N_("The mail server refused the user or the password in REJOINDER_SMTP_URL (%(status)s)."),
    "smtp.no_login": N_(
        "The mail server offers no way to sign in that we know. Check the port in REJOINDER_SMTP_URL."
    ),
    "smtp.no_tls": N_(
        "The mail server offers no TLS, so nothing was sent. Check the host and the port in REJOINDER_SMTP_URL; "
        "?starttls=no is only for a network that you trust."
    ),
    "smtp.timeout": N_("The mail server did not answer within %(seconds)s s."),
    "smtp.closed": N_("The mail server closed the connection."),
    "smtp.off": N_("No mail server is set: see REJOINDER_SMTP_URL."),
    "address.unreadable": N_("The address cannot be decrypted, so nothing was sent. Set it again."),
    "secret.unreadable": N_("The secret cannot be opened, so nothing was sent. Rotate the secret of the endpoint."),
    "delivery.error": N_("Internal error (%(error)s); see the log of the worker."),
    # Why a destination was disabled: see outbox/delivery.py
    "destination.failing": N_("It accepted no delivery for %(days)s days."),
}

_NOT_FOUND: dict[str, Text] = {
    "not_found.appeal": N_("There is no such appeal."),
    "not_found.campaign": N_("There is no such campaign, or none of it waits."),
    "not_found.check": N_("There is no such check."),
    "not_found.comment": P_("There is no such comment."),
    "not_found.decision": N_("There is no such decision."),
    "not_found.delivery": N_("There is no such delivery."),
    "not_found.model": N_("There is no such model."),
    "not_found.e-mail address": N_("There is no such e-mail address."),
    "not_found.endpoint": N_("There is no such endpoint."),
    "not_found.mailbox": N_("There is no such mailbox."),
    "not_found.key": N_("There is no such key."),
    "not_found.moderator": N_("There is no such moderator."),
    "not_found.page": P_("There is no such page."),
    "not_found.site": P_("There is no such site."),
    "not_found.passkey": N_("There is no such passkey; it may have been removed."),
    "not_found.session": N_("There is no such session; it may have ended."),
    "not_found.upload": N_("There is no such file."),
    "not_found.thread": P_("There is no such thread."),
}

_STATUSES: dict[str, Text] = {
    "status.pending": N_("pending"),
    "status.approved": N_("approved"),
    "status.rejected": N_("rejected"),
}

TEXTS: dict[str, Text] = {
    **_LABELS,
    **_SIGNALS,
    **_POLICY,
    **_SCORING,
    **_NOT_FOUND,
    **_STATUSES,
    **_DECIDED_BY,
    **_FIELDS,
    **_DELIVERIES,
    **_ATTEMPTS,
    **EVIDENCE_TEXTS,
}
