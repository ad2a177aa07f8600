"""How people work with it."""
