"""What goes for good: comments, people, sites and what is kept no longer; and all that a person may have."""
