-- Runs the queue's own INSERT (its text, with the jobs as its one parameter) inside another statement, so that rows
-- and the jobs about them are written in one round trip. With the rights of the caller, who could run it anyway.
CREATE FUNCTION signalbox_enqueue(statement text, jobs text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF jobs IS NOT NULL THEN
    EXECUTE statement USING jobs;
  END IF;
  RETURN true;
END $$;
