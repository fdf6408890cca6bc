"""The counts behind docs/proof.md: each is a function that gives plain data, and a command that prints it."""
