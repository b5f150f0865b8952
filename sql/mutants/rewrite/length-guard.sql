-- Same: A length that both values have.
-- Place: predicate
"closed_at" IS NULL OR ("status" IN ('archived','cleanup_failed') AND char_length("status") < 5000)
