"""The app with all its commands, as the list of commands has it."""

from docfill.cli import joined

app = joined()
