INSERT INTO event_keys (project, event, event_id) VALUES ('third', '$pageview', 'before'), ('third', '$alias', 'alias'),
  ('third', '$group', 'joined');
INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, other_id, sender, body) VALUES
  ('third', '$pageview', 'before', 'old-visitor', NULL, NULL, 1767225600000, NULL, 1767225600000, 1767225600000, 20260101,
    NULL, NULL, NULL, NULL, NULL, 'pk', '{"eventId":"before"}'),
  ('third', '$alias', 'alias', NULL, 'user-3', NULL, 1767225601000, NULL, 1767225601000, 1767225601000, 20260101,
    NULL, NULL, NULL, NULL, 'old-visitor', 'sk', '{"eventId":"alias"}'),
  ('third', '$group', 'joined', NULL, 'user-3', NULL, 1767225602000, NULL, 1767225602000, 1767225602000, 20260101,
    NULL, NULL, NULL, NULL, 'company-1', 'sk', '{"eventId":"joined"}');
INSERT INTO identity_aliases (project, previous_id, anonymous_id, user_id, first_seen) VALUES
  ('third', 'old-visitor', '', 'user-3', 1767225601000);
