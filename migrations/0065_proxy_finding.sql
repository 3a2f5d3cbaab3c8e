-- that TRUST_PROXY or BASE_URL does not fit what proxies send, as most requests to a server showed
CREATE TABLE proxy_finding (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  problem TEXT NOT NULL CHECK (problem IN ('not_set', 'none_seen', 'too_high', 'too_low', 'http', 'https')),
  hops INTEGER NOT NULL,
  -- the settings of that server
  trust_proxy INTEGER NOT NULL,
  base_url TEXT NOT NULL,
  seen_at TEXT NOT NULL
) STRICT;
