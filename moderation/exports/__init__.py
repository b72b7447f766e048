"""Everything of a site in a file: one file per format. `imports` reads what they write."""
