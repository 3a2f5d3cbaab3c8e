-- rows that are out of date are looked for by their instant
CREATE INDEX failure_limit_expiry ON failure_limit (resets_at);
CREATE INDEX feed_look_expiry ON feed_look (resets_at);
CREATE INDEX mention_hour_start ON mention_hour (began_at);
CREATE INDEX password_reset_expiry ON password_reset (expires_at);
