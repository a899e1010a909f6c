INSERT INTO event_keys (project, event, event_id) VALUES ('fifth', '$pageview', 'first'), ('fifth', '$pageview', 'second');
INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, sender, body, position) VALUES
  ('fifth', '$pageview', 'first', 'visitor-5', NULL, NULL, 1767225601000, NULL, 1767225601000, 1767225601000, 20260101,
    NULL, NULL, NULL, NULL, 'sk', '{"eventId":"first"}', 1),
  ('fifth', '$pageview', 'second', 'visitor-5', NULL, NULL, 1767225600000, NULL, 1767225600000, 1767225600000, 20260101,
    NULL, NULL, NULL, NULL, 'sk', '{"eventId":"second"}', 2);
SELECT nextval('tail_positions');
SELECT nextval('tail_positions');
