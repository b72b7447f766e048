"""A thread's published comments in each format that is given away: HTML, Markdown, Atom."""
