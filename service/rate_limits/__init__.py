"""Rate limits: how much one network, one author and one site may send."""
