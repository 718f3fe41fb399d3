"""Answers kept under keys: claimed before the effect and stored after it, in the effect's own transaction."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from headway.clock import now
from headway.errors import Conflict, Invalid
from headway.idempotency.keys import Key
from headway.idempotency.models import KeptAnswer

KEPT = timedelta(days=7)
REPLAYED_HEADER = "Idempotency-Replayed"
CLAIM = "idempotency_claim"
# The server writes the length itself, and a cookie is a secret.
NOT_KEPT = {"content-length", "set-cookie"}


class Replayed(Exception):
    """This request was answered before; `answer` is what it got. Nothing of it runs again."""

    def __init__(self, answer: Response) -> None:
        super().__init__("answered before")
        self.answer = answer


async def claim(db: AsyncSession, person_id: UUID, key: Key) -> None:
    """Takes the key for this request, until it commits or rolls back.

    Raises:
        Replayed: the same request was answered under this key.
        Invalid: another request was.
        Conflict: it was, and the answer is not kept.
    """
    mine = {"person_id": person_id, "key": key.text}
    taken = insert(KeptAnswer).values(**mine, fingerprint=key.fingerprint, created_at=now())
    # A duplicate that is still running holds this up, on the unique index, until it is known what became of it: it
    # committed, and its answer is there to be read; or it rolled back, and the key is ours.
    while (await db.scalar(taken.on_conflict_do_nothing().returning(KeptAnswer.key))) is None:
        kept = await db.scalar(select(KeptAnswer).filter_by(**mine))
        if kept is not None:
            raise Replayed(replay_of(kept, key))
        # Forgotten between the two statements: the key is free.
    db.info[CLAIM] = mine


def replay_of(kept: KeptAnswer, key: Key) -> Response:
    """The kept answer, if the request is the one that it answered."""
    if kept.fingerprint != key.fingerprint:
        detail = "This Idempotency-Key was used for another request. Take a new key for each new request."
        raise Invalid("idempotency.reused", detail)
    if kept.status is None or kept.body is None:
        detail = (
            "This request was carried out before, but its answer is not kept: it held a secret, or something that has "
            "been deleted for good. Look at what is there before you send it again under a new key."
        )
        raise Conflict("idempotency.secret", detail)
    return Response(kept.body, kept.status, {**(kept.headers or {}), REPLAYED_HEADER: "true"})


async def keep_answer(db: AsyncSession, answer: Response, secret: bool) -> None:
    """Stores what this request is about to be answered under the key that it claimed, if it did."""
    mine = db.info.get(CLAIM)
    if mine is None:
        return
    headers = {name: value for name, value in answer.headers.items() if name not in NOT_KEPT}
    body = None if secret else bytes(answer.body)
    stored = update(KeptAnswer).values(status=answer.status_code, headers=headers, body=body)
    await db.execute(stored.filter_by(**mine).execution_options(synchronize_session=False))


async def forget_answers(db: AsyncSession, at_most: int = 1_000) -> int:
    """Deletes answers older than seven days, the oldest first. How many: fewer than `at_most` means all."""
    key = tuple_(KeptAnswer.person_id, KeptAnswer.key)
    old = select(KeptAnswer.person_id, KeptAnswer.key).where(KeptAnswer.created_at < now() - KEPT)
    some = old.order_by(KeptAnswer.created_at).limit(at_most).with_for_update(skip_locked=True)
    gone = await db.execute(delete(KeptAnswer).where(key.in_(some)).returning(KeptAnswer.key))
    return len(gone.all())


async def forget_answers_naming(db: AsyncSession, *entity_ids: UUID) -> None:
    """Empties the answers that speak of things that are deleted for good. Their keys stay used."""
    words = func.encode(KeptAnswer.body, "escape")
    named = or_(*(func.strpos(words, str(one)) > 0 for one in entity_ids))
    await db.execute(update(KeptAnswer).values(body=None).where(named).execution_options(synchronize_session=False))
