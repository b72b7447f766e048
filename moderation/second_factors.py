"""Turning a moderator's second factor on and off, and using up its codes.

It is on after the first right code. From then on neither a password nor a link alone signs in.
"""

from datetime import datetime

from moderation.account_admin import enabled_moderator, note_of_moderator
from moderation.errors import Invalid
from moderation.messages import N_, Message
from moderation.second_factor import DIGITS, new_recovery_codes, new_secret, plain, step_of
from moderation.sign_ins import Way
from moderation.store import UnitOfWork

_WRONG = N_("this code is wrong or was used before; wait for the next one.")
_CLOCK = N_("this code is wrong; check the clock of your device, and give the next code.")


def begin(uow: UnitOfWork, moderator_id: str, *, at: datetime) -> bytes:
    """Make a new secret, which counts for nothing until `confirm`; returns it. Raises Invalid when one is on."""
    if uow.second_factors.is_on(moderator_id):
        raise Invalid("code", Message(N_("there is a second factor already; turn it off first.")))
    secret = new_secret()
    uow.second_factors.put(moderator_id, secret, at=at)
    return secret


def confirm(uow: UnitOfWork, moderator_id: str, code: str, *, at: datetime) -> list[str]:
    """Turn the second factor on with the first code of the app; returns the recovery codes.

    Raises Invalid for a wrong code, and when nothing was begun or all is done.
    """
    found = uow.second_factors.get(moderator_id)
    if found is None or found.is_on:
        raise Invalid("code", Message(N_("no set-up is under way; begin anew.")))
    if not _accepts_app(uow, moderator_id, found.secret, code, at=at):
        raise Invalid("code", Message(_CLOCK))
    uow.second_factors.turn_on(moderator_id, at=at)
    note_of_moderator(uow, moderator_id, "moderator.second_factor_on", by_id=moderator_id, at=at)
    return _new_codes(uow, moderator_id)


def way_of(uow: UnitOfWork, moderator_id: str, code: str, *, at: datetime) -> Way | None:
    """Use up a code of the app or a recovery code; returns which it was, or None for a wrong or used one."""
    found = uow.second_factors.get(moderator_id)
    if found is None or not found.is_on:
        return None
    code = plain(code)
    if len(code) == DIGITS:
        return "code" if _accepts_app(uow, moderator_id, found.secret, code, at=at) else None
    return "recovery code" if uow.second_factors.use_recovery_code(moderator_id, code) else None


def replace_codes(uow: UnitOfWork, moderator_id: str, code: str, *, at: datetime) -> list[str]:
    """New recovery codes in place of the earlier ones. Raises Invalid for a wrong code."""
    _check(uow, moderator_id, code, at=at)
    note_of_moderator(uow, moderator_id, "moderator.recovery_codes_made", by_id=moderator_id, at=at)
    return _new_codes(uow, moderator_id)


def turn_off(uow: UnitOfWork, moderator_id: str, code: str, *, at: datetime) -> None:
    """Turn the second factor off. Raises Invalid for a wrong code."""
    _check(uow, moderator_id, code, at=at)
    uow.second_factors.remove(moderator_id)
    note_of_moderator(uow, moderator_id, "moderator.second_factor_off", by_id=moderator_id, at=at)


def reset(uow: UnitOfWork, name: str, *, by_id: str, at: datetime) -> None:
    """Remove the second factor and the passkeys of somebody who lost them, and end their sessions.

    Raises NotFound, Invalid.
    """
    found = enabled_moderator(uow, name)
    if not uow.second_factors.is_on(found.id) and not uow.passkeys.of_moderator(found.id):
        raise Invalid("name", Message(N_("this moderator has no second factor and no passkey.")))
    uow.second_factors.remove(found.id)
    uow.passkeys.remove_all(found.id)
    uow.accounts.end_sessions(found.id)
    note_of_moderator(uow, found.id, "moderator.second_factor_reset", by_id=by_id, at=at)


def _check(uow: UnitOfWork, moderator_id: str, code: str, *, at: datetime) -> None:
    if way_of(uow, moderator_id, code, at=at) is None:
        raise Invalid("code", Message(_WRONG))


def _accepts_app(uow: UnitOfWork, moderator_id: str, secret: bytes, code: str, *, at: datetime) -> bool:
    """Whether the code is right, and of a later step than the last one that was used."""
    step = step_of(secret, plain(code), at=at)
    return step is not None and uow.second_factors.use_step(moderator_id, step)


def _new_codes(uow: UnitOfWork, moderator_id: str) -> list[str]:
    codes = new_recovery_codes()
    uow.second_factors.put_recovery_codes(moderator_id, map(plain, codes))
    return codes
