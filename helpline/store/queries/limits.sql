-- name: alarms_waiting_for
-- Other alarms that wait to leave for a person, urgent ones left out: those leave by themselves.
SELECT o.id, o.case_number, o.body FROM outbox o JOIN cases c ON c.number = o.case_number
 WHERE o.person_id = :person_id AND o.state = 'queued' AND o.klass = 0 AND o.idem LIKE 'case:%' AND o.id <> :id
   AND c.status NOT IN ('taken', 'closed') AND c.urgent = 0 ORDER BY o.id;

-- name: last_alarm_to
-- When the last alarm about another case was handed over for a person since :after; NULL: none was. How often one
-- case asks is its ladder's affair.
SELECT max(first_tried_at) AS at FROM outbox WHERE person_id = :person_id AND created_at > :since
   AND case_number <> :case_number AND klass = 0 AND idem LIKE 'case:%' AND first_tried_at > :after;

-- name: say_together
-- A text that says several alarms from now on; its own words are kept.
UPDATE outbox SET alone = coalesce(alone, body), body = :body, extra = :extra, segments = :segments WHERE id = :id;

-- name: bundle_text
-- An alarm that another text says too.
UPDATE outbox SET state = 'cancelled', error = 'bundled', bundle_id = :bundle_id WHERE id = :id AND state = 'queued';

-- name: part_bundle
-- The text that said these alarms did not leave: those still wanted wait by themselves again, the others never left.
UPDATE outbox SET bundle_id = NULL,
       state = CASE WHEN EXISTS (SELECT 1 FROM asks a WHERE a.case_number = outbox.case_number
                     AND a.person_id = outbox.person_id AND a.answer IS NULL) THEN 'queued' ELSE state END,
       error = CASE WHEN EXISTS (SELECT 1 FROM asks a WHERE a.case_number = outbox.case_number
                     AND a.person_id = outbox.person_id AND a.answer IS NULL) THEN '' ELSE 'released' END,
       not_before_at = :not_before_at
 WHERE bundle_id = :id AND state = 'cancelled';

-- name: say_alone
-- A text that says its own words again.
UPDATE outbox SET body = alone, extra = NULL, segments = :segments, alone = NULL WHERE id = :id AND alone IS NOT NULL;

-- name: bundled_in
-- The cases of the alarms that a text says besides its own.
SELECT case_number FROM outbox WHERE bundle_id = :id ORDER BY case_number;

-- name: last_alarm_text_to
-- The last text with alarms that may have reached a person.
SELECT id, case_number, extra FROM outbox WHERE person_id = :person_id AND created_at > :since AND klass = 0
   AND idem LIKE 'case:%' AND state IN ('sending', 'unknown', 'accepted')
   AND coalesce(status, '') NOT IN ('failed', 'undelivered') ORDER BY first_tried_at DESC, id DESC LIMIT 1;

-- name: courtesies_to
-- How many courtesies left for a person since :after.
SELECT count(*) AS count FROM outbox WHERE person_id = :person_id AND created_at > :since AND klass >= 3
   AND channel = 'sms' AND first_tried_at > :after;

-- name: spend
-- A text was taken by a provider: what it cost.
INSERT INTO spending (month, klass, texts, segments, cost) VALUES (:month, :klass, 1, :segments, :cost)
ON CONFLICT (month, klass) DO UPDATE SET texts = spending.texts + 1, segments = spending.segments + excluded.segments,
  cost = spending.cost + excluded.cost;

-- name: spent
-- What a month cost so far, by class.
SELECT klass, texts, segments, cost FROM spending WHERE month = :month ORDER BY klass;

-- name: spent_in_all
-- What a month cost so far.
SELECT CAST(coalesce(sum(cost), 0) AS BIGINT) AS cost FROM spending WHERE month = :month;

-- name: tally
-- One more of something on a day.
INSERT INTO tallies (local_date, name, count) VALUES (:local_date, :name, 1)
ON CONFLICT (local_date, name) DO UPDATE SET count = tallies.count + 1;

-- name: tally_of
-- How often something happened on a day.
SELECT count FROM tallies WHERE local_date = :local_date AND name = :name;
