"""The read service: it reads the books, shapes what it finds, and answers; it keeps nothing of its own."""
