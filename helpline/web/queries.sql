-- name: add_session
-- Somebody is in.
INSERT INTO login_sessions (token_hash, login_id, csrf, created_at, seen_at, expires_at)
VALUES (:token_hash, :login_id, :csrf, :now, :now, :expires_at);

-- name: session
-- Who is in with this token.
SELECT s.token_hash, s.login_id, s.csrf, s.seen_at, s.expires_at, l.email, l.name, l.language
  FROM login_sessions s JOIN logins l ON l.id = s.login_id WHERE s.token_hash = :token_hash;

-- name: session_seen
-- Still there.
UPDATE login_sessions SET seen_at = :now WHERE token_hash = :token_hash;

-- name: end_session
-- Out.
DELETE FROM login_sessions WHERE token_hash = :token_hash;

-- name: forget_sessions
-- Sessions long over.
DELETE FROM login_sessions WHERE expires_at <= :now OR seen_at <= :idle_since;

-- name: login_by_email
-- The login of an e-mail address, whatever the case it is typed in.
SELECT * FROM logins WHERE email = lower(:email);

-- name: logins
-- Every login, by e-mail.
SELECT * FROM logins ORDER BY email;

-- name: add_login
-- A new login; nothing when the address has one already.
INSERT INTO logins (email, name, language, password_hash, created_at)
VALUES (lower(:email), :called, :language, :password_hash, :now)
ON CONFLICT (email) DO NOTHING
RETURNING id;

-- name: set_login_password
-- A new password, and a clean slate for failed attempts.
UPDATE logins SET password_hash = :password_hash, failures = 0, locked_until = NULL WHERE id = :login_id;

-- name: remove_login
-- Nobody opens the desk with this login any more; its sessions go with it.
DELETE FROM logins WHERE id = :login_id;

-- name: remove_sessions_of_login
-- Whoever is in with this login is out at the next click.
DELETE FROM login_sessions WHERE login_id = :login_id;

-- name: note_login_failure
-- One wrong password more; from `locked_until` on the login may try again.
UPDATE logins SET failures = failures + 1, locked_until = :locked_until WHERE id = :login_id;

-- name: clear_login_failures
-- The right password came: earlier wrong ones no longer count.
UPDATE logins SET failures = 0, locked_until = NULL WHERE id = :login_id;

-- name: phone_owners
-- Whose phones there are, for the phones on screen: name, language, and in which parts they play.
SELECT p.phone, p.name, p.language, r.status AS resident, r.zone, v.status AS volunteer, v.zones, k.id AS coordinator,
       (SELECT group_concat(q.name, ', ') FROM contacts c JOIN residents s ON s.id = c.resident_id
          JOIN people q ON q.id = s.person_id
         WHERE c.person_id = p.id AND c.status IN ('invited', 'confirmed')) AS contact_of
  FROM people p LEFT JOIN residents r ON r.person_id = p.id LEFT JOIN volunteers v ON v.person_id = p.id
  LEFT JOIN coordinators k ON k.person_id = p.id
 ORDER BY k.id IS NOT NULL, v.id IS NOT NULL, r.id IS NULL, p.id LIMIT 24;
