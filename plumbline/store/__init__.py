"""The one store: every table, every statement, every transaction. Speaks the domain's nouns, never rows, to its callers."""
