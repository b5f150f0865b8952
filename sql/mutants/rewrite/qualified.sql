-- Same: Columns with their table, as drizzle's sql`` writes them.
-- Place: predicate
"execution_workspaces"."closed_at" IS NULL OR "execution_workspaces"."status" IN ('archived','cleanup_failed')
