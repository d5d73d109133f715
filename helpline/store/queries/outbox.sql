-- name: queue_text
-- A text that must leave; nothing when the same was decided before.
INSERT INTO outbox (idem, channel, klass, person_id, receiver, name, body, extra, segments, case_number, check_in_id,
                    state, not_before_at, expires_at, route, created_at)
VALUES (:idem, :channel, :klass, :person_id, :receiver, :name, :body, :extra, :segments, :case_number, :check_in_id,
        'queued', :not_before_at, :expires_at, :route, :now)
ON CONFLICT (idem) DO NOTHING RETURNING id;

-- name: keep_screen
-- A USSD screen that was shown: it left in the answer itself.
INSERT INTO outbox (idem, channel, klass, person_id, receiver, name, body, segments, state, status, not_before_at,
                    expires_at, accepted_at, route, created_at)
VALUES (:idem, 'ussd', 1, :person_id, :receiver, :name, :body, 0, 'accepted', 'delivered', :now, :now, :now, :route, :now)
ON CONFLICT (idem) DO NOTHING RETURNING id;

-- name: next_texts
-- What leaves next by phone: the most pressing class first, then the oldest.
-- postgres: FOR UPDATE OF o SKIP LOCKED
SELECT o.id, o.channel, o.klass, o.receiver, o.body, o.extra, o.segments, o.attempts, o.expires_at, o.route, o.name,
       o.case_number, o.check_in_id, o.person_id, o.first_tried_at, o.created_at, o.provider_id, o.idem,
       p.stopped_at, c.status AS case_status, c.urgent, i.status AS check_in_status
  FROM outbox o LEFT JOIN people p ON p.id = o.person_id LEFT JOIN cases c ON c.number = o.case_number
  LEFT JOIN check_ins i ON i.id = o.check_in_id
 WHERE o.state = 'queued' AND o.not_before_at <= :now AND o.channel = 'sms'
 ORDER BY o.klass, o.not_before_at, o.id LIMIT :count;

-- name: next_mails
-- What leaves next by e-mail.
-- postgres: FOR UPDATE OF o SKIP LOCKED
SELECT o.id, o.channel, o.klass, o.receiver, o.body, o.extra, o.segments, o.attempts, o.expires_at, o.route, o.name,
       o.case_number, o.check_in_id, o.person_id, o.first_tried_at, o.created_at, o.provider_id, o.idem,
       p.stopped_at, c.status AS case_status, c.urgent, i.status AS check_in_status
  FROM outbox o LEFT JOIN people p ON p.id = o.person_id LEFT JOIN cases c ON c.number = o.case_number
  LEFT JOIN check_ins i ON i.id = o.check_in_id
 WHERE o.state = 'queued' AND o.not_before_at <= :now AND o.channel = 'email'
 ORDER BY o.klass, o.not_before_at, o.id LIMIT :count;

-- name: claim_text
-- A text in the hands of one sender until the lease ends.
UPDATE outbox SET state = 'sending', attempts = attempts + 1, route = :route, lease_owner = :owner, lease_until = :lease_until,
       first_tried_at = coalesce(first_tried_at, :now) WHERE id = :id AND state = 'queued';

-- name: drop_text
-- A text that must not leave any more.
UPDATE outbox SET state = :state, error = :reason WHERE id = :id AND state = 'queued';

-- name: text
-- One text of the outbox.
SELECT * FROM outbox WHERE id = :id;

-- name: text_by_provider_id
-- One text by the provider's id.
SELECT * FROM outbox WHERE provider_id = :provider_id;

-- name: text_accepted
-- The provider has it.
UPDATE outbox SET state = 'accepted', accepted_at = coalesce(accepted_at, :now), provider_id = coalesce(provider_id, :provider_id),
       status = coalesce(status, :status), route = :route, lease_owner = NULL, lease_until = NULL, error = '',
       watch_at = CASE WHEN klass = 0 OR name = 'check_in' THEN :now + 60000 END
 WHERE id = :id AND state IN ('sending', 'unknown', 'queued');

-- name: text_refused
-- The provider will never take it.
UPDATE outbox SET state = 'refused', error = :error, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state IN ('sending', 'unknown', 'queued');

-- name: text_again
-- It surely did not leave; it is tried again later.
UPDATE outbox SET state = 'queued', not_before_at = :not_before_at, error = :error, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state IN ('sending', 'unknown');

-- name: alarms_now
-- A route works again: alarms do not wait out the pause between two tries.
UPDATE outbox SET not_before_at = :now WHERE state = 'queued' AND klass = 0 AND attempts > 0 AND not_before_at > :now;

-- name: text_unknown
-- It may or may not have left; the provider is asked before anything else happens.
UPDATE outbox SET state = 'unknown', not_before_at = :not_before_at, error = :error, lease_owner = NULL, lease_until = NULL
 WHERE id = :id AND state = 'sending';

-- name: text_mistaken
-- Another text's record was taken for this one: whether it left is in doubt again.
UPDATE outbox SET state = 'unknown', not_before_at = :not_before_at, error = 'mistaken', provider_id = NULL, status = NULL
 WHERE id = :id AND state = 'accepted';

-- name: lapsed_leases
-- Texts whose sender lost its lease: they may or may not have left, so the provider is asked, counted from the attempt.
UPDATE outbox SET state = 'unknown', not_before_at = lease_until - :lease + :look_up_after, error = 'lease lapsed',
       lease_owner = NULL, lease_until = NULL
 WHERE state = 'sending' AND lease_until <= :now;

-- name: orphaned_texts
-- Texts that a sender other than this one, which is gone, had in hand.
UPDATE outbox SET state = 'unknown', not_before_at = lease_until - :lease + :look_up_after, error = 'sender gone',
       lease_owner = NULL, lease_until = NULL
 WHERE lease_until IS NOT NULL AND state = 'sending' AND lease_owner <> :owner;

-- name: doubtful_texts
-- Texts whose fate the provider must be asked for.
-- postgres: FOR UPDATE SKIP LOCKED
SELECT * FROM outbox WHERE state = 'unknown' AND not_before_at <= :now ORDER BY klass, id LIMIT :count;

-- name: expired_texts
-- Texts that came too late to be of use.
SELECT id, check_in_id, case_number, person_id, name FROM outbox WHERE state = 'queued' AND expires_at <= :now LIMIT :count;

-- name: add_delivery
-- One piece of news, once.
INSERT INTO deliveries (outbox_id, status, error, at) VALUES (:id, :status, :error, :now) ON CONFLICT DO NOTHING RETURNING 1;

-- name: set_text_status
-- What became of a text; news only go forward.
UPDATE outbox SET status = :status, error = CASE WHEN :error = '' THEN error ELSE :error END,
       provider_id = coalesce(provider_id, :provider_id) WHERE id = :id;

-- name: forget_texts_to
-- STOP: nothing waiting may leave for this person.
UPDATE outbox SET state = 'cancelled', error = 'stopped' WHERE person_id = :person_id AND state = 'queued';

-- name: put_off
-- A text that waits to leave, or of which the provider is to be asked, has its turn later.
UPDATE outbox SET not_before_at = :not_before_at WHERE id = :id AND state IN ('queued', 'unknown');

-- name: note_not_found
-- The provider's list did not have it at the first look.
UPDATE outbox SET error = 'not found' WHERE id = :id AND state = 'unknown';

-- name: queue_depth
-- How many texts wait, by class.
SELECT klass, count(*) AS count, min(created_at) AS oldest FROM outbox WHERE state = 'queued' GROUP BY klass;

-- name: text_waits
-- Whether any text may leave now.
SELECT 1 AS yes FROM outbox WHERE state = 'queued' AND not_before_at <= :now LIMIT 1;

-- name: texts_to_watch
-- Texts accepted lately whose delivery should be asked for.
SELECT id, status, accepted_at, provider_id, route, channel, klass, first_tried_at, created_at FROM outbox
 WHERE watch_at <= :now AND accepted_at <= :before AND accepted_at > :after LIMIT :count;

-- name: texts_unconfirmed
-- Texts whose delivery nobody confirmed in time.
SELECT id, status, klass, idem, case_number, person_id, route FROM outbox
 WHERE watch_at <= :now AND accepted_at <= :before LIMIT :count;

-- name: watch_text
-- When the delivery of a text is looked into again; NULL: no more.
UPDATE outbox SET watch_at = :watch_at WHERE id = :id;

-- name: route_reports
-- Whether a route reported any delivery lately: where none ever comes, none is missed.
SELECT 1 AS yes FROM deliveries d JOIN outbox o ON o.id = d.outbox_id
 WHERE d.status = 'delivered' AND d.at > :after AND o.route = :route LIMIT 1;

-- name: stuck_alarms
-- Open cases with an alarm that has waited too long for any provider to take it.
SELECT DISTINCT o.case_number, c.round FROM outbox o JOIN cases c ON c.number = o.case_number
 WHERE o.state = 'queued' AND o.klass = 0 AND o.idem LIKE 'case:%' AND o.created_at <= :before AND c.status <> 'closed'
 LIMIT :count;
