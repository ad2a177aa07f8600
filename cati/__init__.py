"""How people work with it: the terminal app, the command line, practice and export."""

LEFT_BY_KEY = 130
"""Exit code of a command that Ctrl+C ended, as shells have it."""
