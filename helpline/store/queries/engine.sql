-- name: next_due
-- The earliest moment at which anything waits for the engine; NULL when nothing does.
SELECT min(at) AS at FROM (
  SELECT min(ask_at) AS at FROM plans
  UNION ALL SELECT min(due_at) FROM check_ins WHERE due_at IS NOT NULL
  UNION ALL SELECT min(next_action_at) FROM cases WHERE next_action_at IS NOT NULL
  UNION ALL SELECT min(not_before_at) FROM outbox WHERE state = 'unknown'
  UNION ALL SELECT min(lease_until) FROM outbox WHERE lease_until IS NOT NULL
  UNION ALL SELECT min(watch_at) FROM outbox WHERE watch_at IS NOT NULL) AS waiting;

-- name: take_lease
-- Be the one active engine, or stay it; changes nothing while another one is. The fence counts the owners.
INSERT INTO engine_lease (id, owner, until_at, fence) VALUES (1, :owner, :until_at, 1)
ON CONFLICT (id) DO UPDATE SET fence = engine_lease.fence + CASE WHEN engine_lease.owner <> excluded.owner THEN 1 ELSE 0 END,
  owner = excluded.owner, until_at = excluded.until_at
WHERE engine_lease.owner = excluded.owner OR engine_lease.until_at <= :now OR engine_lease.owner = :dead;

-- name: lease
-- Which engine is active, and until when; the last signs of life of it, and of one that stands by.
SELECT owner, until_at, fence, (SELECT at FROM heartbeats WHERE name = 'engine') AS engine_at,
       (SELECT at FROM heartbeats WHERE name = 'standby') AS standby_at
  FROM engine_lease WHERE id = 1;

-- name: give_up_lease
-- Let another engine be active.
UPDATE engine_lease SET until_at = 0 WHERE id = 1 AND owner = :owner;

-- name: beat
-- A sign of life of one of our parts.
INSERT INTO heartbeats (name, at, data) VALUES (:name, :now, :data)
ON CONFLICT (name) DO UPDATE SET at = excluded.at, data = excluded.data;

-- name: still_alive
-- A later sign of life of one of our parts, of which all else stays as it was.
INSERT INTO heartbeats (name, at, data) VALUES (:name, :at, '{}')
ON CONFLICT (name) DO UPDATE SET at = excluded.at WHERE heartbeats.at < excluded.at;

-- name: count_question
-- Somebody asks the engine for a sign of life: that it was written is what it sees.
INSERT INTO heartbeats (name, at, data) VALUES ('question', 1, '{}')
ON CONFLICT (name) DO UPDATE SET at = heartbeats.at + 1;

-- name: heartbeats
-- All signs of life.
SELECT name, at, data FROM heartbeats WHERE name <> 'question';

-- name: module_version
-- The version of an engine module that this database is used with.
SELECT version FROM module_versions WHERE name = :name;

-- name: set_module_version
-- The version of an engine module, at its first run.
INSERT INTO module_versions (name, version) VALUES (:name, :version) ON CONFLICT (name) DO NOTHING;

-- name: lateness
-- The oldest moment at which something was due and was not done. An alarm no provider takes is late since it was decided.
SELECT min(at) AS oldest FROM (
  SELECT min(ask_at) AS at FROM plans WHERE ask_at <= :now
  UNION ALL SELECT min(due_at) FROM check_ins WHERE due_at <= :now
  UNION ALL SELECT min(next_action_at) FROM cases WHERE next_action_at <= :now
  UNION ALL SELECT min(CASE WHEN attempts > 0 THEN created_at ELSE not_before_at END)
    FROM outbox WHERE state = 'queued' AND klass = 0) AS late;

-- name: figures
-- Counts for graphs.
SELECT 'cases_open' AS name, count(*) AS value FROM cases WHERE next_action_at IS NOT NULL
UNION ALL SELECT 'cases_asking', count(*) FROM cases WHERE status = 'asking'
UNION ALL SELECT 'check_ins_open', count(*) FROM check_ins WHERE due_at IS NOT NULL
UNION ALL SELECT 'texts_in_doubt', count(*) FROM outbox WHERE state = 'unknown'
UNION ALL SELECT 'unread_texts', count(*) FROM inbox WHERE unread = 1
UNION ALL SELECT 'residents_active', count(*) FROM residents WHERE status = 'active';

-- name: grant_time
-- Those who were being asked get the time back that we were deaf.
UPDATE check_ins SET due_at = due_at + :by WHERE status = 'waiting';

-- name: void_unsaid
-- Questions no provider had taken when we went down, and that are too late to be put now.
UPDATE check_ins SET status = 'void', reason = 'too_late', due_at = NULL
 WHERE due_at IS NOT NULL AND status = 'asking' AND asking_at <= :before;

-- name: hellos_too_late
-- How many hellos were due while we were down and are too late to be said now.
SELECT count(*) AS count FROM plans WHERE ask_at <= :before AND ask_at <= :now;

-- name: shift_check_ins
-- The clock jumped: waits keep their length.
UPDATE check_ins SET due_at = due_at + :by WHERE due_at IS NOT NULL;

-- name: shift_cases
-- The clock jumped: waits keep their length.
UPDATE cases SET next_action_at = next_action_at + :by WHERE next_action_at IS NOT NULL;

-- name: shift_texts
-- The clock jumped: texts that wait keep their turn, their worth and their leases.
UPDATE outbox SET not_before_at = not_before_at + :by, expires_at = expires_at + :by, lease_until = lease_until + :by
 WHERE state IN ('queued', 'sending', 'unknown');

-- name: last_audit
-- When the last audit was kept that found something new, and what.
SELECT at, data FROM heartbeats WHERE name = 'audit';
