"""HTTP concerns shared by every door: parsing, errors, CORS, security headers, routing, metrics."""
