-- Mistake: A trigger archives contradictory rows of one pair of values in two other columns.
-- Place: after
CREATE FUNCTION "public"."repair"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') AND NEW.mode = 'adapter_managed' AND NEW.branch_name = 'archived' THEN
    NEW.status := 'archived';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "repair" BEFORE INSERT ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."repair"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
