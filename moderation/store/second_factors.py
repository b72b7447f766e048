"""In the store: second factors, sealed, and recovery codes, as keyed digests."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from moderation.second_factor import SecondFactor
from moderation.store.sealing import Sealer
from moderation.store.tables import recovery_codes, second_factors


class SecondFactorRepository:
    """The second factors of one transaction."""

    def __init__(self, connection: Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def get(self, moderator_id: str) -> SecondFactor | None:
        """A moderator's second factor, whether it is on yet or not. Raises SealBroken."""
        of_moderator = second_factors.c.moderator_id == moderator_id
        row = self._connection.execute(select(second_factors).where(of_moderator)).one_or_none()
        if row is None:
            return None
        return SecondFactor(self._sealer.open(row.secret_sealed, about=moderator_id), row.confirmed_at is not None)

    def is_on(self, moderator_id: str) -> bool:
        """Whether this moderator needs a code to sign in."""
        return bool(self._connection.scalars(_ON.where(second_factors.c.moderator_id == moderator_id)).all())

    def all_on(self) -> set[str]:
        """The ids of everybody who needs a code to sign in."""
        return set(self._connection.scalars(_ON))

    def put(self, moderator_id: str, secret: bytes, *, at: datetime) -> None:
        """Store a secret that is not on yet, in place of an earlier one."""
        self.remove(moderator_id)
        sealed = self._sealer.seal(secret, about=moderator_id)
        values = {"moderator_id": moderator_id, "secret_sealed": sealed, "last_step": 0, "created_at": at}
        self._connection.execute(insert(second_factors), values)

    def turn_on(self, moderator_id: str, *, at: datetime) -> None:
        """Ask for a code from now on."""
        of_moderator = second_factors.c.moderator_id == moderator_id
        self._connection.execute(update(second_factors).where(of_moderator).values(confirmed_at=at))

    def use_step(self, moderator_id: str, step: int) -> bool:
        """Use up the codes of a time step and of all before it; false when they were used up before."""
        is_later = (second_factors.c.moderator_id == moderator_id, second_factors.c.last_step < step)
        return bool(self._connection.execute(update(second_factors).where(*is_later).values(last_step=step)).rowcount)

    def put_recovery_codes(self, moderator_id: str, codes: Iterable[str]) -> None:
        """Store recovery codes in place of all earlier ones."""
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.moderator_id == moderator_id))
        rows = [{"digest": self._digest(moderator_id, code), "moderator_id": moderator_id} for code in codes]
        self._connection.execute(insert(recovery_codes), rows)

    def use_recovery_code(self, moderator_id: str, code: str) -> bool:
        """Use up a recovery code; false for one that is not theirs or was used before."""
        is_it = recovery_codes.c.digest == self._digest(moderator_id, code)
        return bool(self._connection.execute(delete(recovery_codes).where(is_it)).rowcount)

    def recovery_codes_left(self, moderator_id: str) -> int:
        """How many recovery codes a moderator has not used."""
        of_moderator = recovery_codes.c.moderator_id == moderator_id
        query = select(func.count()).select_from(recovery_codes).where(of_moderator)
        return self._connection.scalar(query) or 0

    def remove(self, moderator_id: str) -> None:
        """Delete a moderator's second factor and recovery codes."""
        for table in (recovery_codes, second_factors):
            self._connection.execute(delete(table).where(table.c.moderator_id == moderator_id))

    def _digest(self, moderator_id: str, code: str) -> bytes:
        return self._sealer.find_key("recovery-code", moderator_id, code)


_ON = select(second_factors.c.moderator_id).where(second_factors.c.confirmed_at.is_not(None))
