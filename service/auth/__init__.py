"""Who makes a request: API keys, sessions, passwords, CSRF tokens and sign-in links."""
