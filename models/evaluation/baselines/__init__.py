"""Baselines: other classifiers, trained on the same texts and compared with ours in one table.

None of them is served. A baseline whose package is not installed is left out.
"""
