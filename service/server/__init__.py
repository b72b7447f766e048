"""Middleware between the WSGI server and Flask: request bodies and concurrency."""
