"""The author's face: the form and the thread, with and without JavaScript. Nothing of a moderator enters here."""
