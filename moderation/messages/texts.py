"""The English text of every code. To add a message, add a row here and run `script/messages`.

Codes are stored and sent to programs, so a published code keeps its meaning and its parameters. Numbers are written
as the reader's language writes them: a float with two decimals, an integer with its digits grouped.
"""

from moderation.messages.message import N_, Plural, Text

TEXTS: dict[str, Text] = {
    # The labels of the classifier
    "label.spam": N_("spam"),
    "label.abuse": N_("abuse"),
    "label.insult": N_("insult"),
    "label.threat": N_("threat"),
    "label.obscene": N_("obscene language"),
    "label.identity_attack": N_("identity attack"),
    # What a threshold of the policy did: see policy.py
    "threshold.hold": N_("%(label)s %(value)s, the threshold to hold is %(bound)s"),
    "threshold.reject": N_("%(label)s %(value)s, the threshold to reject is %(bound)s"),
    "threshold.only_held": N_(
        "%(label)s %(value)s, the threshold to reject is %(bound)s; only held, because the model's confidence"
        " %(confidence)s is below %(min_confidence)s"
    ),
    # What a rule found: see rules.py
    "rule.links": Plural(
        "%(n)s link; this site holds comments with %(limit)s or more",
        "%(n)s links; this site holds comments with %(limit)s or more",
    ),
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
    "secret.unreadable": N_("The secret cannot be opened, so nothing was sent. Rotate the secret of the endpoint."),
    "delivery.error": N_("Internal error (%(error)s); see the log of the worker."),
    # Why a destination was disabled: see outbox/delivery.py
    "destination.failing": N_("It accepted no delivery for %(days)s days."),
}
