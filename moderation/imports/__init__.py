"""Comments of other systems: one file per format turns a file into comments, and `run.py` stores them."""
