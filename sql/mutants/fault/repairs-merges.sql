-- Mistake: A trigger archives contradictory rows that MERGE writes.
-- Place: after
CREATE FUNCTION "public"."repair"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_query() ~* '^\s*merge'
     AND NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') THEN
    NEW.status := 'archived';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "repair" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."repair"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
