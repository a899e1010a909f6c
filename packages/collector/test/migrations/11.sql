INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, sender, body, position) VALUES
  ('eleventh', '$pageview', 'of-adam', 'visitor-7', 'adam', NULL, 1767225600000, NULL, 1767225600000, 1767225600000, 20260101,
    NULL, NULL, NULL, NULL, 'sk', '{"eventId":"of-adam"}', 3),
  ('eleventh', '$pageview', 'of-zoe', 'visitor-7', 'Zoe', NULL, 1767225600000, NULL, 1767225600000, 1767225600000, 20260101,
    NULL, NULL, NULL, NULL, 'sk', '{"eventId":"of-zoe"}', 3);
INSERT INTO identity_links (project, anonymous_id, user_id, first_seen, server_seen) VALUES
  ('eleventh', 'visitor-7', 'adam', 1767225600000, 1767225600000),
  ('eleventh', 'visitor-7', 'Zoe', 1767225600000, 1767225600000);
SELECT nextval('tail_positions');
