INSERT INTO erasures (id, project, erased_at, events, links, compacted_at) VALUES
  ('erasure-1', 'default', 1767225600000, 7, 2, NULL), ('erasure-2', 'default', 1767225600001, 0, 1, 1767225700000);
