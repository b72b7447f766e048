"""Training: corpora, synthetic data, fitting and calibration."""
