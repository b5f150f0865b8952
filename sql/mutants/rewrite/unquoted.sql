-- Same: Names without quotes, words in other letters.
-- Place: predicate
CLOSED_AT is null or Status in ('archived','cleanup_failed')
