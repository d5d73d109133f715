-- name: take_in
-- A text that came in; nothing when this provider gave us the same one before.
INSERT INTO inbox (provider, provider_id, channel, person_id, sender, receiver, body, media, received_at)
VALUES (:provider, :provider_id, :channel, :person_id, :sender, :receiver, :body, :media, :now)
ON CONFLICT (provider, provider_id) DO NOTHING RETURNING id;

-- name: note_meaning
-- What a text was taken for, and whether a person should read it.
UPDATE inbox SET meaning = :meaning, unread = :unread, case_number = :case_number WHERE id = :id;

-- name: keep_conversation
-- Where a person is now.
INSERT INTO conversations (person_id, state, flow_hash, asked_at, expires_at)
VALUES (:person_id, :state, :flow_hash, :now, :expires_at)
ON CONFLICT (person_id) DO UPDATE SET state = excluded.state, flow_hash = excluded.flow_hash,
  asked_at = excluded.asked_at, expires_at = excluded.expires_at;

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

-- name: ussd_session
-- One USSD session.
SELECT * FROM ussd_sessions WHERE provider = :provider AND session = :session;

-- name: keep_ussd_session
-- A USSD session after a hop.
INSERT INTO ussd_sessions (provider, session, person_id, typed, screens, page, ended, answer, started_at, at)
VALUES (:provider, :session, :person_id, :typed, :screens, :page, :ended, :answer, :now, :now)
ON CONFLICT (provider, session) DO UPDATE SET typed = excluded.typed, screens = excluded.screens, page = excluded.page,
  ended = excluded.ended, answer = excluded.answer, at = excluded.at;

-- name: end_ussd_session
-- A USSD session is over.
UPDATE ussd_sessions SET ended = 1, at = :now WHERE provider = :provider AND session = :session;

-- name: forget_ussd_sessions
-- Sessions long over.
DELETE FROM ussd_sessions WHERE at <= :before;

-- name: add_event
-- What happened, for good.
INSERT INTO events (at, kind, person_id, case_number, check_in_id, data)
VALUES (:now, :kind, :person_id, :case_number, :check_in_id, :data);

-- name: forget_flows
-- Flow versions that no conversation uses; a conversation may use several, so its whole state is looked through.
DELETE FROM flow_versions WHERE NOT EXISTS (SELECT 1 FROM conversations c WHERE instr(c.state, flow_versions.hash) > 0);
