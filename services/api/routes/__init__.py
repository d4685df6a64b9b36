"""One module for each noun that can be read."""
