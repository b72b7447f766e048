"""Mails to moderators: addresses, composing them, and the SMTP client."""
