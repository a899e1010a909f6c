INSERT INTO traffic (project, hour, name, slot, count) VALUES
  ('default', 1767225600000, 'browser', 0, 40), ('default', 1767225600000, 'browser', 7, 2), ('', 1767225600000, 'requests', 0, 9);
INSERT INTO alerts (subject, started_at, ended_at, details, due_at, attempts, version) VALUES
  ('errors/default', 1767225600000, NULL, '{"refused":20}', NULL, 1, 3), ('disk', 1767225600001, 1767225600002, '{}', 1767225660000, 2, 5);
