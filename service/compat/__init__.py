"""Drop-in interfaces: the protocols of other services, translated into checks, for clients written for them."""
