-- A person may have a name in two scripts: a text in Latin letters says the Latin one, one in Arabic letters the Arabic.

ALTER TABLE people ADD COLUMN other_name TEXT NOT NULL DEFAULT '';  -- `name` in other letters; '': none was given
