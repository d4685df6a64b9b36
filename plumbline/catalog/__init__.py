"""Definitions as data: what a pack may say, how it is read, checked, compared and put in force."""
