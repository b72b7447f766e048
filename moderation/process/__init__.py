"""What every process needs whatever its role: logging, failpoints, garbage-collector tuning, the version."""
