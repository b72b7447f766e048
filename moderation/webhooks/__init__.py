"""Webhooks: the events a site can subscribe to, their signatures, and the endpoints that receive them."""
