"""The classifiers, their training and their evaluation; database tables are in `moderation/store/tables/`.

Pure functions of text: no clock, no network, no database. The layers, from the bottom: text, features, inference,
scorer, training, evaluation.
"""
