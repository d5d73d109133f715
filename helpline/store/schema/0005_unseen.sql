-- A text that nobody has read is an alarm by itself; a request left half-way is asked after once; an answer may change.

ALTER TABLE inbox ADD COLUMN reason TEXT NOT NULL DEFAULT '';  -- why a person should read it
ALTER TABLE inbox ADD COLUMN alarm_at INTEGER;    -- NULL: read, or for the summary alone; else when coordinators are told
ALTER TABLE inbox ADD COLUMN pressing INTEGER NOT NULL DEFAULT 0 CHECK (pressing IN (0, 1)); -- 1: at night too
ALTER TABLE inbox ADD COLUMN told INTEGER NOT NULL DEFAULT 0;  -- how often coordinators were told
ALTER TABLE inbox ADD COLUMN told_at INTEGER;     -- NULL: they were not yet
CREATE INDEX inbox_alarms ON inbox (alarm_at) WHERE alarm_at IS NOT NULL;

ALTER TABLE conversations ADD COLUMN remind_at INTEGER; -- NULL: nobody is asked after it; else when it is taken up
CREATE INDEX conversations_unfinished ON conversations (remind_at) WHERE remind_at IS NOT NULL;

ALTER TABLE check_ins ADD COLUMN changes_until INTEGER; -- NULL: no answer; else until when another one replaces it
