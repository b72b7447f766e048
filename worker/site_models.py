"""The models of the sites whose comments are scored, kept from batch to batch."""

from collections.abc import Sequence

from models.learning.serving import ServedModel, ServedModels
from moderation.comment import Comment
from moderation.lessons import NOBODY, Author
from worker.context import Context


def site_models_of(context: Context, site_ids: Sequence[str]) -> list[ServedModel | None]:
    """For each of these sites its own model; None where it has none."""
    assert context.scorer is not None
    kept: ServedModels = context.places.setdefault("site_models", ServedModels())
    with context.store.read() as uow:
        return kept.of_sites(uow.site_models, site_ids, model=context.scorer.version)


def authors_of(context: Context, comments: Sequence[Comment]) -> list[Author]:
    """Who wrote each of these comments, as keyed hashes."""
    with context.store.read() as uow:
        known = uow.lessons.authors([comment.id for comment in comments])
    return [known.get(comment.id, NOBODY) for comment in comments]
