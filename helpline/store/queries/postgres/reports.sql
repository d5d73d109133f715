-- name: report_people
-- Everybody known, with their roles; contacts as a JSON list.
SELECT p.id, p.phone, p.name, p.language, p.stopped_at, p.heard_at,
       r.id AS resident_id, r.status AS resident_status, r.zone, r.address, r.check_in_at, r.days, r.timezone, r.ladder,
       r.paused_until, n.ask_at AS next_ask_at,
       v.id AS volunteer_id, v.status AS volunteer_status, v.zones, v.away_until,
       k.id AS coordinator_id, k.email,
       EXISTS (SELECT 1 FROM contacts c WHERE c.person_id = p.id) AS is_contact,
       (SELECT CAST(coalesce(json_agg(json_build_object(
                 'phone', q.phone, 'name', coalesce(nullif(c.name, ''), q.name), 'status', c.status)), '[]') AS text)
          FROM contacts c JOIN people q ON q.id = c.person_id WHERE c.resident_id = r.id) AS contacts
  FROM people p
  LEFT JOIN residents r ON r.person_id = p.id
  LEFT JOIN plans n ON n.resident_id = r.id AND r.status = 'active'
  LEFT JOIN volunteers v ON v.person_id = p.id
  LEFT JOIN coordinators k ON k.person_id = p.id
 ORDER BY p.id;

-- name: report_cases
-- Every case, with whom it is about, who has it, and who was asked.
SELECT c.number, c.kind, c.status, p.name AS resident_name, p.phone AS resident_phone,
       o.name AS owner_name, o.phone AS owner_phone, c.opened_at, c.next_action_at, c.outcome,
       coalesce(nullif(r.zone, ''), c.place) AS zone, c.need, c.wanted, c.urgent, c.closed_at, c.rung, c.round,
       (SELECT CAST(coalesce(json_agg(json_build_object(
                 'name', q.name, 'phone', q.phone, 'role', a.role, 'answer', a.answer, 'asked_at', a.asked_at)), '[]') AS text)
          FROM asks a JOIN people q ON q.id = a.person_id WHERE a.case_number = c.number) AS asks
  FROM cases c JOIN people p ON p.id = c.person_id LEFT JOIN people o ON o.id = c.owner_id
  LEFT JOIN residents r ON r.id = c.resident_id
 WHERE :status = '' OR (:status = 'open') = (c.status <> 'closed')
 ORDER BY c.number;
