"""The second program: the jobs behind the doorbell. Flask and marshmallow may not enter; it never imports service."""
