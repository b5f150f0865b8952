-- Same: left and right with a length between them.
-- Place: predicate
"closed_at" IS NULL OR (left("status", 4) = 'arch' AND right("status", 4) = 'ived' AND length("status") = 8) OR "status" = 'cleanup_failed'
