-- name: volunteer_of_person
-- The volunteer a person is, if any.
SELECT id, zones, status FROM volunteers WHERE person_id = :person_id;

-- name: coordinator_of_person
-- The coordinator a person is, if any.
SELECT id, email FROM coordinators WHERE person_id = :person_id;

-- name: contact_of_resident
-- One person as the contact of one resident.
SELECT id, name, status FROM contacts WHERE resident_id = :resident_id AND person_id = :person_id;

-- name: set_volunteer_zones
-- Where a volunteer goes.
UPDATE volunteers SET zones = :zones WHERE person_id = :person_id;

-- name: set_contact_name
-- How a contact is called.
UPDATE contacts SET name = :contact_name WHERE id = :id;

-- name: text_was_decided
-- Whether this very text was queued before, whatever became of it.
SELECT 1 AS yes FROM outbox WHERE idem = :idem;

-- name: last_refusal
-- When a person last said no to something.
SELECT max(at) AS at FROM consents WHERE person_id = :person_id AND purpose = :purpose AND given = 0;

-- name: papers
-- Every agreement on paper on record.
SELECT person_id, purpose, words FROM consents WHERE basis = 'paper';
