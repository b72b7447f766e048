"""What comes in and what goes out, as marshmallow schemas. Each is built once, at import."""
