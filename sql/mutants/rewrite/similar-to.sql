-- Same: SIMILAR TO, the underscore escaped.
-- Place: predicate
"closed_at" IS NULL OR "status" SIMILAR TO '(archived|cleanup\_failed)'
