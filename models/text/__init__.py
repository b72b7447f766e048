"""Text processing: normalisation, words, URLs and languages. Nothing here knows about a model."""
