-- name: active_residents
-- Everybody who gets a daily hello.
SELECT r.id, p.phone FROM residents r JOIN people p ON p.id = r.person_id WHERE r.status = 'active' ORDER BY r.id;

-- name: report_people
-- Everybody known, with their roles; contacts as a JSON list.
SELECT p.id, p.phone, p.name, p.other_name, p.language, p.stopped_at, p.heard_at,
       r.id AS resident_id, r.status AS resident_status, r.zone, r.address, r.check_in_at, r.days, r.timezone, r.ladder,
       r.paused_until, n.ask_at AS next_ask_at,
       v.id AS volunteer_id, v.status AS volunteer_status, v.zones, v.away_until,
       k.id AS coordinator_id, k.email,
       EXISTS (SELECT 1 FROM contacts c WHERE c.person_id = p.id) AS is_contact,
       (SELECT coalesce(json_group_array(json_object(
                 'phone', q.phone, 'name', coalesce(nullif(c.name, ''), q.name), 'status', c.status)), '[]')
          FROM contacts c JOIN people q ON q.id = c.person_id WHERE c.resident_id = r.id) AS contacts
  FROM people p
  LEFT JOIN residents r ON r.person_id = p.id
  LEFT JOIN plans n ON n.resident_id = r.id AND r.status = 'active'
  LEFT JOIN volunteers v ON v.person_id = p.id
  LEFT JOIN coordinators k ON k.person_id = p.id
 ORDER BY p.id;

-- name: report_consents
-- What each person last said of the daily hello.
SELECT person_id, given, basis, words, id AS latest FROM consents
 WHERE id IN (SELECT max(id) FROM consents WHERE purpose = 'check_ins' GROUP BY person_id);

-- name: report_cases
-- Every case, with whom it is about, who has it, and who was asked.
SELECT c.number, c.kind, c.status, p.name AS resident_name, p.phone AS resident_phone,
       o.name AS owner_name, o.phone AS owner_phone, c.opened_at, c.next_action_at, c.outcome,
       coalesce(nullif(r.zone, ''), c.place) AS zone, c.need, c.wanted, c.urgent, c.closed_at, c.rung, c.round,
       (SELECT coalesce(json_group_array(json_object(
                 'name', q.name, 'phone', q.phone, 'role', a.role, 'answer', a.answer, 'asked_at', a.asked_at)), '[]')
          FROM asks a JOIN people q ON q.id = a.person_id WHERE a.case_number = c.number) AS asks
  FROM cases c JOIN people p ON p.id = c.person_id LEFT JOIN people o ON o.id = c.owner_id
  LEFT JOIN residents r ON r.id = c.resident_id
 WHERE :status = '' OR (:status = 'open') = (c.status <> 'closed')
 ORDER BY c.number;

-- name: report_messages
-- Texts in and out since :since, of everybody or of one number, in the order they came about.
SELECT 'in' AS direction, i.sender AS address, i.channel, i.body, i.received_at AS at, NULL AS state, NULL AS status,
       i.provider_id, NULL AS name, NULL AS priority, i.case_number, NULL AS segments, i.meaning, i.unread, '' AS error,
       i.id AS row_id
  FROM inbox i WHERE i.received_at >= :since AND (:phone = '' OR i.sender = :phone)
UNION ALL
SELECT 'out', o.receiver, o.channel, o.body, o.created_at, o.state, o.status, o.provider_id, o.name, o.priority,
       o.case_number, o.segments, NULL, NULL, o.error, o.id
  FROM outbox o WHERE o.created_at >= :since AND (:phone = '' OR o.receiver = :phone)
 ORDER BY at, direction, row_id;

-- name: report_check_ins
-- Every question put to a resident, of all dates or of one.
SELECT p.name AS resident_name, p.phone, i.local_date, i.slot, i.status, i.answer, i.asked_at, i.answered_at, i.due_at,
       i.asking_at, i.reason
  FROM check_ins i JOIN residents r ON r.id = i.resident_id JOIN people p ON p.id = r.person_id
 WHERE :local_date = '' OR i.local_date = :local_date ORDER BY i.id;
