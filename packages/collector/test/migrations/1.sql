INSERT INTO event_keys (project, event, event_id) VALUES
  ('default', '$pageview', 'landing'), ('default', 'signup_completed', 'signup'), ('default', 'purchase', 'order_8841'),
  ('default', '$pageview', 'of-2019'), ('default', '$pageview', 'expired-long-ago'), ('other', '$pageview', 'theirs');
INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, sender, body) VALUES
  ('default', '$pageview', 'of-2019', 'visitor-1', NULL, NULL, 1546300800000, NULL, 1767225600000, 1767225600000, 20190101,
    NULL, NULL, NULL, NULL, 'sk', '{"eventId":"of-2019"}'),
  ('default', '$pageview', 'landing', 'visitor-1', NULL, 'session-1', 1767225600000, 1767225600100, 1767225600200,
    1767225600300, 20260101, NULL, NULL, NULL, 'newsletter', 'pk', '{"eventId":"landing"}'),
  ('default', 'signup_completed', 'signup', 'visitor-1', 'user-1', 'session-1', 1767225601000, NULL, 1767225601200,
    1767225601300, 20260101, NULL, NULL, 'ada@example.com', NULL, 'sk', '{"eventId":"signup"}'),
  ('default', 'purchase', 'order_8841', NULL, 'user-1', NULL, 1767225602000, NULL, 1767225602200, 1767225602300, 20260101,
    4900, 'USD', NULL, NULL, 'sk', '{"eventId":"order_8841","text":"\u0000 \ud800 ''quoted''"}'),
  ('other', '$pageview', 'theirs', 'visitor-1', NULL, NULL, 1767225603000, NULL, 1767225603200, 1767225603300, 20260101,
    NULL, NULL, NULL, NULL, 'pk', '{"eventId":"theirs"}');
INSERT INTO identity_links (project, anonymous_id, user_id, first_seen) VALUES
  ('default', 'visitor-1', 'user-1', 1767225601000);
INSERT INTO counters (project, day, kind, name, slot, count) VALUES
  ('default', 20260101, 'duplicate', '$pageview', 3, 2), ('default', 20260101, 'duplicate', '$pageview', 7, 5);
INSERT INTO settings (name, value) VALUES ('page-sessions', 'a secret of the first version');
