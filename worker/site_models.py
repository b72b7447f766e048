"""The weights of the sites whose comments are scored, kept from batch to batch."""

from collections.abc import Sequence

from models.learning.serving import ServedModel, ServedModels
from worker.context import Context


def site_models_of(context: Context, site_ids: Sequence[str]) -> list[ServedModel | None]:
    """For each of these sites its own model; None where it has none."""
    assert context.scorer is not None
    kept: ServedModels = context.places.setdefault("site_models", ServedModels())
    with context.store.read() as uow:
        serving = uow.site_models.serving_ids(set(site_ids), model=context.scorer.version)
        for model_id in kept.missing(each.id for each in serving.values()):
            kept.keep(model_id, uow.site_models.weights(model_id))
    found = {site_id: kept.get(each.id, is_in_force=each.is_in_force) for site_id, each in serving.items()}
    return [found.get(site_id) for site_id in site_ids]
