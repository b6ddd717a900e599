-- Why nobody was paged of a miss: worked out when it was missed, as the pager may have a number later.
ALTER TABLE app.synthetic_runs
  ADD COLUMN not_paged text CHECK (not_paged IN ('no-pager', 'told-before')),
  ADD CONSTRAINT paged_or_not CHECK (not_paged IS NULL OR (paged_at IS NULL AND outcome = 'missed'));
