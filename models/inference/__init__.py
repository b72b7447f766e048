"""Inference: from features and the arrays of an artifact to the logits of each head."""
