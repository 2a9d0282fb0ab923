"""`python -m api.cli` is the command `wellput`."""

from api.cli import main

main()
