"""The domain both programs share, in plain Python.

Only the standard library may enter, but for `store/` (SQL, sealing) and `dispatch.py` (RQ, Redis).
This package imports none of the others: everything points here.
"""
