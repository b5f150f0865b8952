-- Same: A text behind the status and behind each value.
-- Place: predicate
"closed_at" IS NULL OR "status" || '!' IN ('archived!','cleanup_failed!')
