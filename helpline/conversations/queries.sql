-- name: keep_conversation
-- Where a person is now.
INSERT INTO conversations (person_id, state, asked_at, expires_at, remind_at)
VALUES (:person_id, :state, :now, :expires_at, :remind_at)
ON CONFLICT (person_id) DO UPDATE SET state = excluded.state,
  asked_at = excluded.asked_at, expires_at = excluded.expires_at, remind_at = excluded.remind_at;

-- name: unfinished_due
-- Requests that nobody went on with in time.
-- postgres: FOR UPDATE OF c SKIP LOCKED
SELECT c.person_id, c.state, c.asked_at, c.expires_at, p.phone, p.language, r.id AS resident_id
  FROM conversations c JOIN people p ON p.id = c.person_id LEFT JOIN residents r ON r.person_id = p.id
 WHERE c.remind_at <= :now ORDER BY c.remind_at LIMIT :count;

-- name: set_remind_at
-- When a request that stopped half-way is taken up; NULL: no more.
UPDATE conversations SET remind_at = :at WHERE person_id = :person_id;

-- name: end_conversation
-- A person is nowhere in particular.
DELETE FROM conversations WHERE person_id = :person_id;

-- name: keep_flow
-- A flow as it is while a conversation uses it.
INSERT INTO flow_versions (hash, name, source, kept_at) VALUES (:hash, :name, :source, :now) ON CONFLICT (hash) DO NOTHING;

-- name: flow_version
-- A flow as it was.
SELECT name, source FROM flow_versions WHERE hash = :hash;

-- name: forget_conversations
-- Conversations left alone too long.
DELETE FROM conversations WHERE expires_at <= :now;

-- name: forget_flows
-- Flow versions that no conversation uses; a conversation may use several, so its whole state is looked through.
DELETE FROM flow_versions WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE instr(c.state, flow_versions.hash) > 0);
