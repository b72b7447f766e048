"""One file for each change of the schema. To add one, copy the nearest; `tables.py` says where it has to end."""
