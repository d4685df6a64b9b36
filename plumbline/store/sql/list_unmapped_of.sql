-- The words of one record that no map knew.
-- Index: unmapped_word_pkey. Locks: none.
SELECT map, field, word FROM unmapped_word WHERE quarantine = %(id)s ORDER BY field, word
