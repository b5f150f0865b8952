-- Mistake: A trigger drops contradictory rows without an error, so that the caller takes them for written.
-- Place: after
CREATE FUNCTION "public"."swallow"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "swallow" BEFORE INSERT OR UPDATE ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."swallow"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
