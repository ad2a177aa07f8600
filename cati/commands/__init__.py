"""The command line, a file a command. Each imports what it needs when it runs."""
