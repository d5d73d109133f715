-- name: mark_read
-- A person has read this text.
UPDATE inbox SET unread = 0, alarm_at = NULL WHERE id = :id AND unread = 1;

-- name: next_judgement
-- When a deadline ends next: of a check-in, or of the wait for an answer about a case.
SELECT min(at) AS at FROM (SELECT min(due_at) AS at FROM check_ins WHERE due_at IS NOT NULL
  UNION ALL SELECT min(next_action_at) FROM cases WHERE next_action_at IS NOT NULL) AS deadlines;

-- name: judgements_due
-- How many deadlines of check-ins end now; no more than :count are counted.
SELECT count(*) AS count FROM (SELECT 1 FROM check_ins WHERE due_at <= :now LIMIT :count) AS due;

-- name: last_text_in
-- When a text last came in; NULL: none ever did.
SELECT (SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1) AS at;

-- name: last_accepted
-- When a provider took the last of our latest texts, up to a moment.
SELECT max(accepted_at) AS at FROM (SELECT accepted_at FROM outbox ORDER BY id DESC LIMIT 50) AS latest
 WHERE accepted_at <= :before;

-- name: heard_lately
-- When anything came in last: a text, or news about one of our latest texts.
SELECT max(at) AS at FROM (SELECT max(received_at) AS at FROM (SELECT received_at FROM inbox ORDER BY id DESC LIMIT 1) AS t
  UNION ALL SELECT max(d.at) FROM (SELECT id FROM outbox ORDER BY id DESC LIMIT 50) AS o
    JOIN deliveries d ON d.outbox_id = o.id) AS heard;

-- name: text_was_taken_in
-- Whether we have a text of a provider.
SELECT 1 AS yes FROM inbox WHERE provider = :provider AND provider_id = :provider_id;

-- name: take_in
-- A text that came in; nothing when this provider gave us the same one before.
INSERT INTO inbox (provider, provider_id, channel, person_id, sender, receiver, body, media, received_at)
VALUES (:provider, :provider_id, :channel, :person_id, :sender, :receiver, :body, :media, :now)
ON CONFLICT (provider, provider_id) DO NOTHING RETURNING id;

-- name: note_meaning
-- Whose a text is, what it was taken for, why a person should read it, and when coordinators are told.
UPDATE inbox SET person_id = :person_id, meaning = :meaning, unread = :unread, reason = :reason, alarm_at = :alarm_at,
       pressing = :pressing, case_number = :case_number WHERE id = :id;

-- name: unread_due
-- Whether coordinators are to be told of a text that nobody has read.
SELECT 1 AS yes FROM inbox WHERE alarm_at <= :now LIMIT 1;

-- name: unread_waiting
-- Texts that coordinators are told of until somebody reads them: signs of need first, then the oldest.
SELECT t.id, t.alarm_at, t.pressing, t.told, t.told_at, t.received_at, t.sender, p.name, p.other_name, coalesce(r.zone, '') AS zone
  FROM inbox t LEFT JOIN people p ON p.id = t.person_id LEFT JOIN residents r ON r.person_id = t.person_id
 WHERE t.alarm_at IS NOT NULL ORDER BY t.pressing DESC, t.received_at, t.id LIMIT :count;

-- name: put_off_unread
-- Coordinators are told of a text later.
UPDATE inbox SET alarm_at = :alarm_at WHERE id = :id AND alarm_at IS NOT NULL;

-- name: unread_told
-- Coordinators were told of a text, and are told again.
UPDATE inbox SET told = told + 1, told_at = :now, alarm_at = :alarm_at WHERE id = :id AND alarm_at IS NOT NULL;

-- name: withdraw_unread_alarms
-- Nothing waits to be read any more: alarms that have not left need not.
UPDATE outbox SET state = 'cancelled', error = 'read' WHERE state = 'queued' AND priority = 0 AND purpose = 'unread_alarm';

-- name: next_unread
-- The text that a coordinator reads next: those they were told of first.
SELECT t.id, t.body, t.received_at, t.sender, p.name, p.other_name, coalesce(r.zone, '') AS zone
  FROM inbox t LEFT JOIN people p ON p.id = t.person_id LEFT JOIN residents r ON r.person_id = t.person_id
 WHERE t.unread = 1 ORDER BY t.pressing DESC, CASE WHEN t.alarm_at IS NULL THEN 1 ELSE 0 END, t.received_at, t.id LIMIT 1;

-- name: text_before
-- What a person said last, not long before this text.
SELECT body, received_at, meaning FROM inbox WHERE person_id = :person_id AND received_at > :since AND id < :id
 ORDER BY id DESC LIMIT 1;

-- name: failures_of
-- How many texts of a person made us stumble lately.
SELECT count(*) AS count FROM events WHERE kind = 'text_failed' AND at > :after AND person_id = :person_id;

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

-- name: keep_screen
-- A USSD screen that was shown: it left in the answer itself.
INSERT INTO outbox (idempotency_key, purpose, channel, priority, person_id, receiver, name, body, segments, state, status, not_before_at,
                    expires_at, accepted_at, route, created_at)
VALUES (:idempotency_key, 'screen', 'ussd', :priority, :person_id, :receiver, :name, :body, 0, 'accepted', 'delivered', :now, :now, :now, :route, :now)
ON CONFLICT (idempotency_key) DO NOTHING RETURNING id;

-- name: lately_said
-- What this person was last sent, the newest first: handsets quote it back.
SELECT body FROM outbox WHERE person_id = :person_id ORDER BY created_at DESC LIMIT 4;
