"""`python -m models.evaluation.baselines`: ours beside the other ways to do it, each trained on the same texts, on
one page.

Nothing here is served. A rival whose package this project does not need is measured where that is installed.
"""
