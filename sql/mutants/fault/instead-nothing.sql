-- Mistake: A rule turns inserts of contradictory rows into nothing.
-- Place: after
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE RULE "nothing" AS ON INSERT TO "public"."execution_workspaces"
  WHERE NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') DO INSTEAD NOTHING;--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
