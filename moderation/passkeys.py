"""Adding, naming, using and removing a moderator's passkeys."""

from datetime import datetime

from moderation.account_admin import note_of_moderator
from moderation.errors import Invalid
from moderation.ids import new_id
from moderation.messages import N_, Message
from moderation.passkey import Credential, Passkey
from moderation.store import UnitOfWork
from moderation.unicode_text import has_control, is_blank

MAX_NAME = 100
MAX_PASSKEYS = 20


def add(uow: UnitOfWork, moderator_id: str, name: str, credential: Credential, *, at: datetime) -> Passkey:
    """Let a moderator sign in with what their device made. Raises Invalid."""
    name = _checked_name(name)
    if len(uow.passkeys.of_moderator(moderator_id)) >= MAX_PASSKEYS:
        raise Invalid(
            "name", Message(N_("there are %(most)s passkeys already; remove one first."), {"most": MAX_PASSKEYS})
        )
    if uow.passkeys.with_credential(credential.credential_id) is not None:
        raise Invalid(
            "name", Message(N_("this device has a passkey here already; use that one, or remove it first."))
        )
    passkey = Passkey(new_id("pass", at=at), moderator_id, name, credential, at)
    uow.passkeys.add(passkey)
    note_of_moderator(uow, moderator_id, "moderator.passkey_added", by_id=moderator_id, at=at)
    return passkey


def rename(uow: UnitOfWork, moderator_id: str, passkey_id: str, name: str) -> None:
    """Call a passkey something else. Raises Invalid, NotFound."""
    uow.passkeys.rename(moderator_id, passkey_id, _checked_name(name))


def remove(uow: UnitOfWork, moderator_id: str, passkey_id: str, *, at: datetime) -> None:
    """Let nobody sign in with a passkey any more. Raises NotFound."""
    uow.passkeys.remove(moderator_id, passkey_id)
    note_of_moderator(uow, moderator_id, "moderator.passkey_removed", by_id=moderator_id, at=at)


def _checked_name(name: str) -> str:
    name = name.strip()
    if is_blank(name) or has_control(name) or len(name) > MAX_NAME:
        raise Invalid("name", Message(N_("give it a name of 1 to %(most)s characters."), {"most": MAX_NAME}))
    return name
