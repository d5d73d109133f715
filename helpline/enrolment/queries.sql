-- name: contact_of_resident
-- One person as the contact of one resident.
SELECT id, name, status FROM contacts WHERE resident_id = :resident_id AND person_id = :person_id;

-- name: relied_on_by
-- The residents who take part and have this person as a contact who agreed.
SELECT c.resident_id, c.name AS called, p.id, p.name, p.other_name, p.phone, p.language, p.stopped_at
  FROM contacts c JOIN residents r ON r.id = c.resident_id JOIN people p ON p.id = r.person_id
 WHERE c.person_id = :person_id AND c.status = 'confirmed' AND r.status = 'active' ORDER BY c.id;

-- name: zones_left_empty
-- Of a volunteer's zones (all of them where none is named), those with residents and with nobody on duty.
SELECT r.zone, count(*) AS residents FROM residents r
 WHERE r.status = 'active' AND (:zones = '' OR instr('|' || lower(:zones) || '|', '|' || lower(r.zone) || '|') > 0)
   AND NOT EXISTS (SELECT 1 FROM volunteers v JOIN people p ON p.id = v.person_id
        WHERE v.status = 'confirmed' AND p.stopped_at IS NULL AND p.unreachable_at IS NULL
          AND (v.away_until IS NULL OR v.away_until <= :now)
          AND (v.zones = '' OR instr('|' || lower(v.zones) || '|', '|' || lower(r.zone) || '|') > 0))
 GROUP BY r.zone ORDER BY r.zone LIMIT 5;

-- name: set_volunteer_zones
-- Where a volunteer goes.
UPDATE volunteers SET zones = :zones WHERE person_id = :person_id;

-- name: set_contact_name
-- How a contact is called.
UPDATE contacts SET name = :contact_name WHERE id = :id;

-- name: text_was_decided
-- Whether this very text was queued before, whatever became of it.
SELECT 1 AS yes FROM outbox WHERE idempotency_key = :idempotency_key;

-- name: last_refusal
-- When a person last said no to something.
SELECT max(at) AS at FROM consents WHERE person_id = :person_id AND purpose = :purpose AND given = 0;

-- name: papers
-- Every agreement on paper on record.
SELECT person_id, purpose, words FROM consents WHERE basis = 'paper';

-- name: forget_texts_to
-- STOP: no text that waits may leave for this person.
UPDATE outbox SET state = 'cancelled', error = 'stopped'
 WHERE person_id = :person_id AND state = 'queued' AND channel <> 'email';

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
UPDATE residents SET paused_until = :until WHERE id = :id;

-- name: end_plan
-- A resident is not asked any more.
DELETE FROM plans WHERE resident_id = :resident_id;

-- name: add_contact
-- Somebody a resident wants told.
INSERT INTO contacts (resident_id, person_id, name, status) VALUES (:resident_id, :person_id, :name, :status)
ON CONFLICT (resident_id, person_id) DO UPDATE SET name = CASE WHEN excluded.name = '' THEN contacts.name ELSE excluded.name END
RETURNING id;

-- name: invitations_of_contact
-- For whom this person was named as a contact and has not answered yet.
SELECT c.id, c.resident_id, p.name AS resident, p.other_name FROM contacts c JOIN residents r ON r.id = c.resident_id
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

-- name: add_coordinator
-- Somebody who reads the day and is the last rung.
INSERT INTO coordinators (person_id, email) VALUES (:person_id, :email)
ON CONFLICT (person_id) DO UPDATE SET email = CASE WHEN excluded.email = '' THEN coordinators.email ELSE excluded.email END
RETURNING id;

-- name: add_consent
-- What a person agreed to or refused, in which words.
INSERT INTO consents (person_id, purpose, given, basis, words, language, channel, at)
VALUES (:person_id, :purpose, :given, :basis, :words, :language, :channel, :now) RETURNING id;
