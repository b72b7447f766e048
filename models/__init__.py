"""The classifiers, and how they were trained. Not database models: those are `moderation/store/tables.py`.

Text in, probabilities out: no clock, no network, no database. Only `scorer.py` knows what a comment is.
"""
