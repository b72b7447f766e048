"""Evaluation: benchmarks, metrics, robustness, ablations, baselines and the model card."""
