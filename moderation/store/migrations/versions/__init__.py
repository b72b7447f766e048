"""One file for each change of the schema. To add one, copy the nearest; `tables/` says where it has to end."""
