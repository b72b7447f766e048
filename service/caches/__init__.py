"""What a web process keeps in memory between requests: sites and rendered threads."""
