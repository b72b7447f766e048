"""What the form and the comments of a site do beyond the usual: all of it is off until an owner switches it on.

To add a switch: here, in `rejoinder site form`, in the words of `service/dashboard/form.py`, and in
docs/embed.md. Switches are stored as one JSON value, so no migration is needed.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class FormSwitches:
    """The switches of one site.

    markdown: emphasis, code, quotes, lists and links in comments, with a preview. kinder: ask an author once whether
    to put it more kindly before a text is posted that scores as abusive. proof: while the site is under a flood, hold
    a comment whose browser has not solved a challenge (`moderation/proof_of_work.py`).
    """

    markdown: bool = False
    kinder: bool = False
    proof: bool = False


NAMES = tuple(each.name for each in fields(FormSwitches))
