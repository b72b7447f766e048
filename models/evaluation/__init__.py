"""Evaluation: benchmarks, metrics, ablations, the model card and the baselines."""
