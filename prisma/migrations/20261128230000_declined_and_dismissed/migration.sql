-- A run may end as declined or dismissed too. The previous release still writes 'rejected' beside this one.
ALTER TABLE "outcome" DROP CONSTRAINT "outcome_kind";
ALTER TABLE "outcome" ADD CONSTRAINT "outcome_kind"
  CHECK ("kind" IN ('achieved', 'declined', 'dismissed', 'rejected', 'failed', 'ignored')) NOT VALID;
