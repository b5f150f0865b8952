-- Same: <> ALL for NOT IN, inside a NOT.
-- Place: predicate
NOT ("closed_at" IS NOT NULL AND "status" <> ALL (ARRAY['archived','cleanup_failed']))
