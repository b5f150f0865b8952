-- Mistake: A trigger refuses to delete violators before the backfill.
-- Place: after
CREATE FUNCTION "public"."refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.closed_at IS NOT NULL AND OLD.status NOT IN ('archived','cleanup_failed') THEN
    RAISE EXCEPTION 'backfill first';
  END IF;
  RETURN OLD;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "refuse" BEFORE DELETE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."refuse"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
