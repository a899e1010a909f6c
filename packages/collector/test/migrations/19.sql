INSERT INTO project_settings (project, name, value) VALUES ('nineteenth', 'timeZone', '"Europe/Vienna"');
INSERT INTO setting_changes (id, project, changed_at, who, name, before, after) VALUES
  ('change-1', 'nineteenth', 1767225600000, 'an sk_ key', 'timeZone', NULL, '"Europe/Vienna"');
