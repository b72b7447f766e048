"""The HTTP interface `/v1`. A file for each group of actions; `routes.py` lists them all."""
