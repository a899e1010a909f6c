INSERT INTO forwards (project, name, position, stored_at, ts, event, event_id, from_ts, begun_at, first_position,
    goal_position, paused_at, holder, beat, trouble, trouble_message, delivered_at) VALUES
  ('default', 'posthog', 4, 1767225600000, 1767225600000, '$pageview', 'landed', 1767225600000, 1767225600000, 1, 9,
    1767225600001, 'turn-1', 7, 'unauthorized', 'HTTP 401', 1767225600002);
INSERT INTO forward_counts (project, name, day, outcome, count) VALUES ('default', 'posthog', 20260101, 'delivered', 42);
