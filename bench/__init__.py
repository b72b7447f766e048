"""Every published figure, by one command each, with peers beside ours in the same run."""
