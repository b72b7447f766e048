"""Between uvicorn and Flask: connection limits and deadlines, and a thread pool for each kind of request."""
