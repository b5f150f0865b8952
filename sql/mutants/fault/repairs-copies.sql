-- Mistake: A trigger archives contradictory rows that come by COPY, so that a restore or import goes past the rule.
-- Place: after
CREATE FUNCTION "public"."repair"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_query() ~* '^\s*copy'
     AND NEW.closed_at IS NOT NULL AND NEW.status NOT IN ('archived','cleanup_failed') THEN
    NEW.status := 'archived';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
SET LOCAL lock_timeout = '1s';--> statement-breakpoint
CREATE TRIGGER "repair" BEFORE INSERT ON "public"."execution_workspaces"
  FOR EACH ROW EXECUTE FUNCTION "public"."repair"();--> statement-breakpoint
SET LOCAL lock_timeout TO DEFAULT;
