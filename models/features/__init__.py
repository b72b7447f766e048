"""Features: numbers computed from text and from the fields of a submission."""
