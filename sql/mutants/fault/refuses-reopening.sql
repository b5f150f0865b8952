-- Mistake: A trigger refuses to reopen a workspace at all.
-- Place: after
CREATE FUNCTION "public"."refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('active','idle','in_review') AND OLD.status = 'cleanup_failed' THEN
    RAISE EXCEPTION 'a workspace whose cleanup failed stays closed';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "refuse" BEFORE UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."refuse"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
