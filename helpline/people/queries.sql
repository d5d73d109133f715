-- name: coordinator_of_login
-- The coordinator who reads e-mail at the address of a login.
SELECT person_id FROM coordinators WHERE lower(email) = :email LIMIT 1;

-- name: volunteer_of_person
-- The volunteer a person is, if any.
SELECT id, zones, status FROM volunteers WHERE person_id = :person_id;

-- name: coordinator_of_person
-- The coordinator a person is, if any.
SELECT id, email FROM coordinators WHERE person_id = :person_id;

-- name: who_texts
-- Everything the gateway must know of whoever texts from :phone, in one reading.
SELECT p.id, p.phone, p.name, p.other_name, p.language, p.line, p.stopped_at, p.unreachable_at, p.passive_replies, p.last_said, p.heard_at,
       r.id AS resident_id, r.status AS resident_status, r.zone, r.ladder, r.timezone, r.check_in_at, r.days,
       r.paused_until,
       v.status AS volunteer_status, v.id AS volunteer_id, k.id AS coordinator_id,
       c.state AS conversation, c.asked_at AS conversation_asked_at, c.expires_at AS conversation_expires_at, c.remind_at AS conversation_remind_at,
       (SELECT max(a.asked_at) FROM asks a JOIN cases s ON s.number = a.case_number
         WHERE a.person_id = p.id AND (a.answer IS NULL OR a.answer = 'released') AND s.status <> 'closed') AS last_ask_at,
       EXISTS (SELECT 1 FROM asks a WHERE a.person_id = p.id) AS was_ever_asked,
       EXISTS (SELECT 1 FROM cases s WHERE s.person_id = p.id AND s.status <> 'closed') AS has_open_case,
       (SELECT max(s.taken_at) FROM cases s WHERE s.owner_id = p.id AND s.status <> 'closed') AS last_taken_at,
       (SELECT i.asking_at FROM check_ins i WHERE i.resident_id = r.id AND i.answered_at IS NULL AND i.status <> 'void'
           AND i.asking_at > :lately ORDER BY i.id DESC LIMIT 1) AS check_in_asking_at,
       (SELECT i.changes_until FROM check_ins i WHERE i.resident_id = r.id ORDER BY i.id DESC LIMIT 1) AS answer_changes_until,
       (SELECT count(*) FROM cases s WHERE s.resident_id = r.id AND s.kind IN ('missed', 'unreachable')
           AND s.status <> 'closed') AS open_silences
  FROM people p
  LEFT JOIN residents r ON r.person_id = p.id
  LEFT JOIN volunteers v ON v.person_id = p.id
  LEFT JOIN coordinators k ON k.person_id = p.id
  LEFT JOIN conversations c ON c.person_id = p.id
 WHERE p.phone = :phone;

-- name: person
-- One person by id.
SELECT * FROM people WHERE id = :id;

-- name: person_by_phone
-- One person by number.
SELECT * FROM people WHERE phone = :phone;

-- name: add_person
-- A number heard of for the first time.
INSERT INTO people (phone, name, language, line, created_at) VALUES (:phone, :name, :language, :line, :now)
ON CONFLICT (phone) DO NOTHING RETURNING id;

-- name: person_heard
-- A text or call came from this person.
UPDATE people SET heard_at = :now, passive_replies = :passive_replies, last_said = :last_said, unreachable_at = NULL WHERE id = :id;

-- name: set_language
-- The language a person reads from now on.
UPDATE people SET language = :language WHERE id = :id;

-- name: set_name
-- The name a person is called by.
UPDATE people SET name = :name WHERE id = :id;

-- name: set_other_name
-- The same name in other letters.
UPDATE people SET other_name = :other_name WHERE id = :id;

-- name: set_stopped
-- STOP, or START when :at is NULL.
UPDATE people SET stopped_at = :at WHERE id = :id;

-- name: set_unreachable
-- A provider says no text can reach this number.
UPDATE people SET unreachable_at = :now WHERE id = :id;

-- name: resident
-- One resident with the person behind.
SELECT r.*, p.phone, p.name, p.other_name, p.language, p.stopped_at, p.line FROM residents r JOIN people p ON p.id = r.person_id
 WHERE r.id = :id;

-- name: resident_of_person
-- The resident a person is, if any.
SELECT r.*, p.phone, p.name, p.other_name, p.language, p.stopped_at, p.line FROM residents r JOIN people p ON p.id = r.person_id
 WHERE r.person_id = :person_id;

-- name: contacts_of
-- A resident's contacts.
SELECT c.id AS contact_id, c.status, c.name AS called, p.* FROM contacts c JOIN people p ON p.id = c.person_id
 WHERE c.resident_id = :resident_id ORDER BY c.id;

-- name: coordinators
-- All coordinators with the person behind.
SELECT p.*, k.email, p.id AS person_id FROM coordinators k JOIN people p ON p.id = k.person_id ORDER BY k.id;

-- name: who_is_told
-- How many coordinators a text can reach, how many of these have ever written to us, and how many there are.
SELECT count(CASE WHEN p.stopped_at IS NULL AND p.unreachable_at IS NULL THEN 1 END) AS reached,
       count(CASE WHEN p.stopped_at IS NULL AND p.unreachable_at IS NULL AND p.heard_at IS NOT NULL THEN 1 END) AS heard,
       count(*) AS coordinators
  FROM coordinators k JOIN people p ON p.id = k.person_id;

-- name: zones
-- The areas where most residents live.
SELECT zone FROM residents WHERE zone <> '' GROUP BY zone ORDER BY count(*) DESC, zone LIMIT 3;
