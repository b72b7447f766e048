"""The first program: HTTP and the command line. SQL, RQ and numpy may not enter; it never imports worker."""
