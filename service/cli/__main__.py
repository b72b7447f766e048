"""`python -m service.cli` is `rejoinder`, for where it is not installed."""

from service.cli import main

main(prog_name="rejoinder")
