"""Text processing: normalization, words, URLs and languages, independent of any model."""
