INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, path, arrival, sender, body, position) VALUES
  ('twelfth', '$pageview', 'landed', 'visitor-8', NULL, 's1', 1767225600000, NULL, 1767225600000, 1767225600000, 20260101,
    NULL, NULL, NULL, NULL, '/landing', 1, 'sk',
    '{"eventId":"landed","url":"https://shop.example/landing","path":"/landing","referrer":"https://search.example/"}', 4);
SELECT nextval('tail_positions');
