"""Rate limits: how much one network, one author and one site may send. The rates are in limiter.py and settings."""
