-- Times are UTC milliseconds in columns named *_at. A comment stands where a NULL has a meaning.
-- Every waiting thing has a due time in an indexed column; the engine polls those and nothing else.

CREATE TABLE people (                 -- someone at a phone number, in whatever role
  id INTEGER PRIMARY KEY,
  phone TEXT NOT NULL UNIQUE,         -- E.164
  name TEXT NOT NULL DEFAULT '',
  language TEXT,                      -- NULL: not chosen yet
  line TEXT NOT NULL DEFAULT 'unknown' CHECK (line IN ('mobile', 'landline', 'unknown')),
  stopped_at INTEGER,                 -- NULL: may be texted
  unreachable_at INTEGER,             -- NULL: texts arrive as far as we know
  heard_at INTEGER,                   -- NULL: never heard from
  passive_replies INTEGER NOT NULL DEFAULT 0, -- automatic answers in a row that led nowhere
  last_said TEXT NOT NULL DEFAULT '', -- name of what we last answered
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE residents (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people (id),
  zone TEXT NOT NULL DEFAULT '',
  address TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('invited', 'active', 'declined', 'stopped', 'left')),
  check_in_at TEXT NOT NULL DEFAULT '09:00',  -- HH:MM on the resident's own clock
  days TEXT NOT NULL DEFAULT '1234567',       -- ISO weekdays
  timezone TEXT NOT NULL,
  ladder TEXT NOT NULL DEFAULT '',            -- '': the service's own
  paused_until INTEGER,                       -- NULL: not paused
  pause_reason TEXT NOT NULL DEFAULT '',
  created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX resident_of_person ON residents (person_id);

CREATE TABLE plans (                  -- when each active resident is asked next; narrow, so that the sweep is cheap
  resident_id INTEGER PRIMARY KEY REFERENCES residents (id) ON DELETE CASCADE,
  ask_at INTEGER NOT NULL,
  local_date TEXT NOT NULL            -- the resident's own date of that ask
) STRICT;
CREATE INDEX plans_due ON plans (ask_at);

CREATE TABLE contacts (               -- whom a resident wants told
  id INTEGER PRIMARY KEY,
  resident_id INTEGER NOT NULL REFERENCES residents (id) ON DELETE CASCADE,
  person_id INTEGER NOT NULL REFERENCES people (id),
  name TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL CHECK (status IN ('invited', 'confirmed', 'declined')),
  UNIQUE (resident_id, person_id)
) STRICT;
CREATE INDEX contacts_person ON contacts (person_id);

CREATE TABLE volunteers (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL UNIQUE REFERENCES people (id),
  zones TEXT NOT NULL DEFAULT '',     -- names joined by '|'; '': everywhere
  status TEXT NOT NULL CHECK (status IN ('invited', 'confirmed', 'declined')),
  away_until INTEGER,                 -- NULL: on duty
  last_asked_at INTEGER               -- NULL: never asked
) STRICT;

CREATE TABLE coordinators (
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL UNIQUE REFERENCES people (id),
  email TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE consents (               -- append-only: what a person agreed to, in which words, how
  id INTEGER PRIMARY KEY,
  person_id INTEGER NOT NULL REFERENCES people (id),
  purpose TEXT NOT NULL,              -- check_ins, contact, volunteer
  given INTEGER NOT NULL CHECK (given IN (0, 1)),
  basis TEXT NOT NULL,                -- consent, paper
  words TEXT NOT NULL,                -- the text shown, or a reference to the paper
  language TEXT NOT NULL,
  channel TEXT NOT NULL,              -- sms, ussd, paper, desk
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX consents_person ON consents (person_id);

CREATE TABLE policies (               -- ladders as they were when used; never changed
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  body TEXT NOT NULL                  -- JSON
) STRICT;

CREATE TABLE check_ins (              -- one question and what silence means
  id INTEGER PRIMARY KEY,
  resident_id INTEGER NOT NULL REFERENCES residents (id),
  local_date TEXT NOT NULL,           -- the resident's own date
  slot TEXT NOT NULL,                 -- 'plan', or 'now-1', 'now-2' ... when a person asked for it
  status TEXT NOT NULL CHECK (status IN ('asking', 'waiting', 'answered', 'missed', 'void')),
  policy TEXT NOT NULL REFERENCES policies (hash),
  rung INTEGER NOT NULL DEFAULT 0,    -- how many steps of the resident ladder were said
  asking_at INTEGER NOT NULL,         -- when the question went to the outbox
  asked_at INTEGER,                   -- NULL: not yet accepted for sending
  due_at INTEGER,                     -- NULL: settled
  answered_at INTEGER,                -- NULL: no answer
  answer TEXT,                        -- ok, soso, help, other, stop; NULL: no answer
  reason TEXT NOT NULL DEFAULT '',    -- why void
  UNIQUE (resident_id, local_date, slot),
  CHECK ((status IN ('asking', 'waiting')) = (due_at IS NOT NULL)),
  CHECK (status <> 'waiting' OR asked_at IS NOT NULL)
) STRICT;
CREATE INDEX check_ins_due ON check_ins (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX check_ins_day ON check_ins (local_date);
CREATE INDEX check_ins_asking ON check_ins (asking_at);

CREATE TABLE cases (                  -- one worry, from the first alert to a known ending
  number INTEGER PRIMARY KEY AUTOINCREMENT,   -- the one short number everybody uses; never used again
  kind TEXT NOT NULL CHECK (kind IN ('missed', 'help', 'callback', 'person', 'distress', 'unreachable', 'stopped')),
  status TEXT NOT NULL CHECK (status IN ('asking', 'taken', 'waiting', 'held', 'closed')),
  dedup_key TEXT UNIQUE,              -- one live case per worry; NULL once closed
  person_id INTEGER NOT NULL REFERENCES people (id),   -- whose worry
  resident_id INTEGER REFERENCES residents (id),       -- NULL: not on the register
  check_in_id INTEGER REFERENCES check_ins (id),       -- NULL: not from a check-in
  urgent INTEGER NOT NULL DEFAULT 0 CHECK (urgent IN (0, 1)),
  need TEXT NOT NULL DEFAULT '',      -- id of the choice in the help menu
  wanted TEXT NOT NULL DEFAULT '',    -- id: now, today, week
  place TEXT NOT NULL DEFAULT '',     -- zone or landmark, as given
  policy TEXT NOT NULL,               -- JSON: the human ladder as it was at opening
  rung INTEGER NOT NULL DEFAULT 0,
  round INTEGER NOT NULL DEFAULT 1,   -- rises whenever the same rung asks again
  next_action_at INTEGER,             -- NULL: closed
  owner_id INTEGER REFERENCES people (id),    -- NULL: nobody has it
  taken_at INTEGER,                   -- NULL: not taken
  nudged INTEGER NOT NULL DEFAULT 0 CHECK (nudged IN (0, 1)), -- the owner was asked for news
  outcome TEXT,                       -- fine, needs_help, emergency, not_reached, handed_over, heard, cancelled ...; NULL: none yet
  version INTEGER NOT NULL DEFAULT 0,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER,                  -- NULL: open
  closed_by INTEGER REFERENCES people (id),   -- NULL: open, or closed by the resident's own answer or from the desk
  CHECK ((status = 'closed') = (next_action_at IS NULL)),
  CHECK ((status = 'closed') = (dedup_key IS NULL)),
  CHECK ((status = 'closed') = (closed_at IS NOT NULL)),
  CHECK (status <> 'closed' OR outcome IS NOT NULL),
  CHECK (status <> 'taken' OR owner_id IS NOT NULL)
) STRICT;
CREATE INDEX cases_due ON cases (next_action_at) WHERE next_action_at IS NOT NULL;
CREATE INDEX cases_person ON cases (person_id);
CREATE INDEX cases_resident ON cases (resident_id) WHERE resident_id IS NOT NULL AND status <> 'closed';
CREATE INDEX cases_owner ON cases (owner_id) WHERE owner_id IS NOT NULL AND status <> 'closed';

CREATE TABLE asks (                   -- who was asked about a case, and what they said
  id INTEGER PRIMARY KEY,
  case_number INTEGER NOT NULL REFERENCES cases (number),
  person_id INTEGER NOT NULL REFERENCES people (id),
  role TEXT NOT NULL CHECK (role IN ('contact', 'volunteer', 'coordinator')),
  rung INTEGER NOT NULL,
  round INTEGER NOT NULL,
  asked_at INTEGER NOT NULL,
  answer TEXT CHECK (answer IN ('yes', 'no', 'unreached', 'released')), -- NULL: no answer yet
  answered_at INTEGER,
  UNIQUE (case_number, round, rung, person_id)
) STRICT;
CREATE INDEX asks_person ON asks (person_id);

CREATE TABLE outbox (                 -- every text that leaves, written by the transaction that decided it
  id INTEGER PRIMARY KEY,
  idem TEXT NOT NULL UNIQUE,          -- what makes it one and the same text, whatever crashes
  channel TEXT NOT NULL CHECK (channel IN ('sms', 'ussd', 'email')),
  klass INTEGER NOT NULL CHECK (klass BETWEEN 0 AND 5), -- 0 alarm, 1 reply, 2 check-in, 3 status, 4 campaign, 5 poll
  person_id INTEGER REFERENCES people (id),    -- NULL: an e-mail to a login
  receiver TEXT NOT NULL,             -- E.164 or an e-mail address
  name TEXT NOT NULL,                 -- name of the phrase or flow step, for reports
  body TEXT NOT NULL,
  extra TEXT,                         -- JSON {"subject", "html"}; NULL for texts
  segments INTEGER NOT NULL,
  case_number INTEGER REFERENCES cases (number),
  check_in_id INTEGER REFERENCES check_ins (id),
  state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'unknown', 'accepted', 'refused', 'cancelled', 'expired')),
  status TEXT,                        -- the provider's: queued, sending, sent, delivered, read, undelivered, failed; NULL: no news
  not_before_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  lease_owner TEXT,
  lease_until INTEGER,
  first_tried_at INTEGER,             -- NULL: never handed to the provider
  accepted_at INTEGER,                -- NULL: not accepted
  watch_at INTEGER,                   -- when its delivery is looked into; NULL: settled, or nobody needs to know
  route TEXT NOT NULL DEFAULT '',     -- the transport that took it
  provider_id TEXT UNIQUE,
  error TEXT NOT NULL DEFAULT '',     -- provider's code, or why it was cancelled
  created_at INTEGER NOT NULL,
  CHECK ((state = 'sending') = (lease_until IS NOT NULL)),
  CHECK (state <> 'accepted' OR accepted_at IS NOT NULL)
) STRICT;
CREATE INDEX outbox_queue ON outbox (klass, not_before_at) WHERE state = 'queued';
CREATE INDEX outbox_sending ON outbox (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX outbox_unknown ON outbox (not_before_at) WHERE state = 'unknown';
CREATE INDEX outbox_watch ON outbox (watch_at) WHERE watch_at IS NOT NULL;
CREATE INDEX outbox_case ON outbox (case_number) WHERE case_number IS NOT NULL;
CREATE INDEX outbox_check_in ON outbox (check_in_id) WHERE check_in_id IS NOT NULL;
CREATE INDEX outbox_person ON outbox (person_id, created_at);

CREATE TABLE deliveries (             -- every piece of news about a sent text, once
  outbox_id INTEGER NOT NULL REFERENCES outbox (id),
  status TEXT NOT NULL,
  error TEXT NOT NULL DEFAULT '',
  at INTEGER NOT NULL,
  PRIMARY KEY (outbox_id, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbox (                  -- every text that came in, once per provider's id, for good
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL,
  provider_id TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('sms', 'ussd')),
  person_id INTEGER REFERENCES people (id),   -- NULL: a sender we cannot answer
  sender TEXT NOT NULL,
  receiver TEXT NOT NULL,
  body TEXT NOT NULL,
  media INTEGER NOT NULL DEFAULT 0,
  meaning TEXT NOT NULL DEFAULT '',   -- what it was taken for
  unread INTEGER NOT NULL DEFAULT 0 CHECK (unread IN (0, 1)), -- 1: a person should read it
  case_number INTEGER REFERENCES cases (number),
  received_at INTEGER NOT NULL,
  UNIQUE (provider, provider_id)
) STRICT;
CREATE INDEX inbox_person ON inbox (person_id, received_at);
CREATE INDEX inbox_unread ON inbox (received_at) WHERE unread = 1;

CREATE TABLE flow_versions (          -- flows as they were when a conversation began; kept while one uses them
  hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  source TEXT NOT NULL,               -- the file's text
  kept_at INTEGER NOT NULL
) STRICT;

CREATE TABLE conversations (          -- where each person is
  person_id INTEGER PRIMARY KEY REFERENCES people (id),
  state TEXT NOT NULL,                -- JSON, see core/flow.py
  flow_hash TEXT NOT NULL,            -- of the innermost flow
  asked_at INTEGER NOT NULL,          -- when its question was put
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX conversations_flow ON conversations (flow_hash);

CREATE TABLE ussd_sessions (
  provider TEXT NOT NULL,
  session TEXT NOT NULL,
  person_id INTEGER NOT NULL REFERENCES people (id),
  typed TEXT NOT NULL,                -- everything typed so far, as the provider sends it
  screens TEXT NOT NULL,              -- JSON list: the pages of the current text
  page INTEGER NOT NULL DEFAULT 0,
  ended INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  answer TEXT NOT NULL,               -- the last answer, given again to a repeated request
  started_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (provider, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE digests (
  local_date TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE logins (                 -- who may open the desk
  id INTEGER PRIMARY KEY,
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL DEFAULT 'fr',
  password_hash TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  locked_until INTEGER,               -- NULL: may try
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE login_sessions (
  token_hash TEXT PRIMARY KEY,
  login_id INTEGER NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
  csrf TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (                 -- what happened, for good: the proof
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  person_id INTEGER,
  case_number INTEGER,
  check_in_id INTEGER,
  data TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX events_kind ON events (kind, at);
CREATE INDEX events_case ON events (case_number) WHERE case_number IS NOT NULL;
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

CREATE TABLE heartbeats (             -- signs of life of our own parts
  name TEXT PRIMARY KEY,              -- engine, inbound, carrier ...
  at INTEGER NOT NULL,
  data TEXT NOT NULL DEFAULT '{}'
) STRICT, WITHOUT ROWID;

CREATE TABLE engine_lease (           -- one active engine; who is not named here any more stands by before doing anything more
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner TEXT NOT NULL,
  until_at INTEGER NOT NULL,          -- 0: given up. While no other engine stands by it is not renewed
  fence INTEGER NOT NULL              -- how often the owner changed
) STRICT;

CREATE TABLE module_versions (        -- an engine module whose version differs stands idle, loudly
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
