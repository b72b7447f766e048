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
}
