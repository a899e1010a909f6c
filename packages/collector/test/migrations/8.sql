INSERT INTO login_links (hash, project, expires_at) VALUES ('hash-of-a-link', 'default', 1767225600000);
INSERT INTO page_sessions (id, project, created_at, expires_at) VALUES ('session-1', 'default', 1767225600000, 1769817600000);
