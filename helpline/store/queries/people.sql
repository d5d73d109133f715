-- name: who_texts
-- Everything the gateway must know of whoever texts from :phone, in one reading.
SELECT p.id, p.phone, p.name, p.language, p.line, p.stopped_at, p.passive_replies, p.last_said, p.heard_at,
       r.id AS resident_id, r.status AS resident_status, r.zone, r.ladder, r.timezone, r.check_in_at, r.days,
       r.paused_until,
       v.status AS volunteer_status, v.id AS volunteer_id, k.id AS coordinator_id,
       c.state AS conversation, c.flow_hash, c.asked_at AS conversation_asked_at, c.expires_at AS conversation_expires_at,
       (SELECT max(a.asked_at) FROM asks a JOIN cases s ON s.number = a.case_number
         WHERE a.person_id = p.id AND (a.answer IS NULL OR a.answer = 'released') AND s.status <> 'closed') AS last_ask_at,
       EXISTS (SELECT 1 FROM asks a WHERE a.person_id = p.id) AS was_ever_asked,
       (SELECT max(s.taken_at) FROM cases s WHERE s.owner_id = p.id AND s.status <> 'closed') AS last_taken_at,
       (SELECT i.asking_at FROM check_ins i WHERE i.resident_id = r.id AND i.answered_at IS NULL AND i.status <> 'void'
           AND i.asking_at > :lately ORDER BY i.id DESC LIMIT 1) AS check_in_asking_at,
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

-- name: set_stopped
-- STOP, or START when :at is NULL.
UPDATE people SET stopped_at = :at WHERE id = :id;

-- name: set_unreachable
-- A provider says no text can reach this number.
UPDATE people SET unreachable_at = :now WHERE id = :id;

-- name: resident
-- One resident with the person behind.
SELECT r.*, p.phone, p.name, p.language, p.stopped_at, p.line FROM residents r JOIN people p ON p.id = r.person_id
 WHERE r.id = :id;

-- name: resident_of_person
-- The resident a person is, if any.
SELECT r.*, p.phone, p.name, p.language, p.stopped_at, p.line FROM residents r JOIN people p ON p.id = r.person_id
 WHERE r.person_id = :person_id;

-- name: add_resident
-- A new entry of the register.
INSERT INTO residents (person_id, zone, address, status, check_in_at, days, timezone, ladder, created_at)
VALUES (:person_id, :zone, :address, :status, :check_in_at, :days, :timezone, :ladder, :now) RETURNING id;

-- name: update_resident
-- What the register says of a resident, newly.
UPDATE residents SET zone = :zone, address = :address, status = :status, check_in_at = :check_in_at, days = :days,
       timezone = :timezone, ladder = :ladder WHERE id = :id;

-- name: set_resident_status
-- Invited, active, declined, stopped or left.
UPDATE residents SET status = :status WHERE id = :id;

-- name: set_resident_hour
-- When a resident is greeted.
UPDATE residents SET check_in_at = :check_in_at WHERE id = :id;

-- name: set_resident_zone
-- Where a resident lives.
UPDATE residents SET zone = :zone WHERE id = :id;

-- name: set_pause
-- No hello until then; NULL ends the pause.
UPDATE residents SET paused_until = :until, pause_reason = :reason WHERE id = :id;

-- name: set_plan
-- When a resident is asked next.
INSERT INTO plans (resident_id, ask_at, local_date) VALUES (:resident_id, :ask_at, :local_date)
ON CONFLICT (resident_id) DO UPDATE SET ask_at = excluded.ask_at, local_date = excluded.local_date;

-- name: end_plan
-- A resident is not asked any more.
DELETE FROM plans WHERE resident_id = :resident_id;

-- name: add_contact
-- Somebody a resident wants told.
INSERT INTO contacts (resident_id, person_id, name, status) VALUES (:resident_id, :person_id, :name, :status)
ON CONFLICT (resident_id, person_id) DO UPDATE SET name = CASE WHEN excluded.name = '' THEN contacts.name ELSE excluded.name END
RETURNING id;

-- name: contacts_of
-- A resident's contacts.
SELECT c.id AS contact_id, c.status, c.name AS called, p.* FROM contacts c JOIN people p ON p.id = c.person_id
 WHERE c.resident_id = :resident_id ORDER BY c.id;

-- name: invitations_of_contact
-- For whom this person was named as a contact and has not answered yet.
SELECT c.id, c.resident_id, p.name AS resident FROM contacts c JOIN residents r ON r.id = c.resident_id
  JOIN people p ON p.id = r.person_id WHERE c.person_id = :person_id AND c.status = 'invited' ORDER BY c.id;

-- name: answer_contact
-- A contact agreed or declined, for every resident who asked.
UPDATE contacts SET status = :status WHERE person_id = :person_id AND status = 'invited';

-- name: add_volunteer
-- Somebody who may be asked to go.
INSERT INTO volunteers (person_id, zones, status) VALUES (:person_id, :zones, :status)
ON CONFLICT (person_id) DO UPDATE SET zones = excluded.zones,
  status = CASE WHEN excluded.status = 'confirmed' THEN 'confirmed' ELSE volunteers.status END RETURNING id;

-- name: set_volunteer_status
-- A volunteer agreed or declined.
UPDATE volunteers SET status = :status WHERE person_id = :person_id;

-- name: set_volunteer_away
-- Off duty until then; NULL: on duty.
UPDATE volunteers SET away_until = :until WHERE person_id = :person_id;

-- name: volunteer_asked
-- Fairness: who was asked last.
UPDATE volunteers SET last_asked_at = :now WHERE person_id = :person_id;

-- name: add_coordinator
-- Somebody who reads the day and is the last rung.
INSERT INTO coordinators (person_id, email) VALUES (:person_id, :email)
ON CONFLICT (person_id) DO UPDATE SET email = CASE WHEN excluded.email = '' THEN coordinators.email ELSE excluded.email END
RETURNING id;

-- name: coordinators
-- All coordinators with the person behind.
SELECT p.*, k.email, p.id AS person_id FROM coordinators k JOIN people p ON p.id = k.person_id ORDER BY k.id;

-- name: add_consent
-- What a person agreed to or refused, in which words.
INSERT INTO consents (person_id, purpose, given, basis, words, language, channel, at)
VALUES (:person_id, :purpose, :given, :basis, :words, :language, :channel, :now) RETURNING id;

-- name: zones
-- The areas where most residents live.
SELECT zone FROM residents WHERE zone <> '' GROUP BY zone ORDER BY count(*) DESC, zone LIMIT 3;
