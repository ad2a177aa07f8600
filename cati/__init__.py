"""How people work with it: the terminal app, the command line, practice and export."""
