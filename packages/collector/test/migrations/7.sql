INSERT INTO event_keys (hash, public_at) VALUES
  ('5dda431e-eaa8-71ef-10e8-5ee830ced5a2', NULL), ('359211cf-8af3-00d4-8390-ca5e750c038f', 3);
INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, sender, body, position) VALUES
  ('seventh', '$pageview', 'of-server', 'visitor-7', NULL, NULL, 1767225600000, NULL, 1767225600000, 1767225600000,
    20260101, NULL, NULL, NULL, NULL, 'sk', '{"eventId":"of-server"}', 3),
  ('seventh', '$pageview', 'of-page', 'visitor-7', NULL, NULL, 1767225601000, NULL, 1767225601000, 1767225601000,
    20260101, NULL, NULL, NULL, NULL, 'pk', '{"eventId":"of-page"}', 3);
SELECT nextval('tail_positions');
