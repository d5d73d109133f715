-- name: phone_owners
-- Whose phones there are, for the phones on screen: name, language, and in which parts they play.
SELECT p.phone, p.name, p.language, r.status AS resident, r.zone, v.status AS volunteer, v.zones, k.id AS coordinator,
       (SELECT group_concat(q.name, ', ') FROM contacts c JOIN residents s ON s.id = c.resident_id
          JOIN people q ON q.id = s.person_id
         WHERE c.person_id = p.id AND c.status IN ('invited', 'confirmed')) AS contact_of
  FROM people p LEFT JOIN residents r ON r.person_id = p.id LEFT JOIN volunteers v ON v.person_id = p.id
  LEFT JOIN coordinators k ON k.person_id = p.id
 ORDER BY k.id IS NOT NULL, v.id IS NOT NULL, r.id IS NULL, p.id LIMIT 24;
