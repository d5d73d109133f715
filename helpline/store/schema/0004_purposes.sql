-- A text knows what it is for, which text it repeats by another route, and since when the provider's list lacks it.
-- What is decided by these was read out of keys and errors before; columns take the field's names.

ALTER TABLE outbox RENAME COLUMN klass TO priority;
ALTER TABLE outbox RENAME COLUMN idem TO idempotency_key;
ALTER TABLE spending RENAME COLUMN klass TO priority;

ALTER TABLE outbox ADD COLUMN purpose TEXT NOT NULL DEFAULT '';  -- a name of app/plugs.PURPOSES
ALTER TABLE outbox ADD COLUMN retry_of INTEGER;   -- NULL: a first try; else the text that came to nothing by another route
ALTER TABLE outbox ADD COLUMN looked_at INTEGER;  -- NULL: not looked for, or found; else when the list first lacked it

UPDATE outbox SET purpose = CASE
  WHEN channel = 'ussd' THEN 'screen'
  WHEN channel = 'email' AND name = 'digest' THEN 'digest_mail'
  WHEN channel = 'email' AND name = 'alarm_by_mail' THEN 'alarm_mail'
  WHEN channel = 'email' THEN 'breach_mail'
  WHEN name IN ('case_stood_down', 'case_stopped') THEN 'all_clear'
  WHEN idempotency_key LIKE 'case:%' THEN 'case_ask'
  WHEN idempotency_key LIKE 'tell:%' AND priority = 0 THEN 'case_news'
  WHEN idempotency_key LIKE 'tell:%' THEN 'case_word'
  WHEN idempotency_key LIKE 'doubt:%' THEN 'doubt_question'
  WHEN idempotency_key LIKE 'breach:%' THEN 'breach'
  WHEN idempotency_key LIKE 'invite:%' THEN 'invitation'
  WHEN idempotency_key LIKE 'digest:%' THEN 'digest'
  WHEN idempotency_key LIKE 'say:%' THEN 'reminder'
  WHEN name = 'check_in' THEN 'hello'
  WHEN name = 'check_in_again' THEN 'hello_again'
  WHEN name = 'canary' THEN 'canary'
  WHEN name = 'stop_done' THEN 'stop_answer'
  WHEN idempotency_key LIKE 'reply:%' OR idempotency_key LIKE 'receipt:%' THEN 'reply'
  WHEN priority = 0 THEN 'case_news'
  WHEN priority = 1 THEN 'urgent_notice'
  WHEN priority = 2 THEN 'reminder'
  WHEN priority = 4 THEN 'campaign'
  WHEN priority = 5 THEN 'poll'
  ELSE 'notice' END;

UPDATE outbox SET retry_of = (SELECT o.id FROM outbox o WHERE o.idempotency_key || ':by_another' = outbox.idempotency_key)
 WHERE idempotency_key LIKE '%:by_another';

UPDATE outbox SET looked_at = created_at, error = 'unknown' WHERE state = 'unknown' AND error = 'not found';

-- nobody reads these
DROP INDEX conversations_flow;
ALTER TABLE conversations DROP COLUMN flow_hash;
ALTER TABLE residents DROP COLUMN pause_reason;
