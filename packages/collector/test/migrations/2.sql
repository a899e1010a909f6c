INSERT INTO api_keys (id, hash, kind, project, name, origins, created_at, revoked_at) VALUES
  ('key-1', 'hash-1', 'pk', 'default', 'the shop', '["https://shop.example"]', 1767225600000, NULL),
  ('key-2', 'hash-2', 'sk', 'default', '', '[]', 1767225600001, 1767225600002);
