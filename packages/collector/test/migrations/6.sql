INSERT INTO event_keys (project, event, event_id) VALUES ('sixth', 'signup_completed', 'signup'),
  ('sixth', 'signup_completed', 'claim');
INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, sender, body) VALUES
  ('sixth', 'signup_completed', 'claim', 'visitor-5', 'somebody-else', NULL, 1767225600000, NULL, 1767225700000,
    1767225700000, 20260101, NULL, NULL, NULL, NULL, 'pk', '{"eventId":"claim"}'),
  ('sixth', 'signup_completed', 'signup', 'visitor-5', 'user-5', NULL, 1767225601000, NULL, 1767225601000, 1767225601000,
    20260101, NULL, NULL, NULL, NULL, 'sk', '{"eventId":"signup"}');
INSERT INTO identity_links (project, anonymous_id, user_id, first_seen, server_seen) VALUES
  ('sixth', 'visitor-5', 'somebody-else', 1767225600000, NULL), ('sixth', 'visitor-5', 'user-5', 1767225601000, 1767225601000);
