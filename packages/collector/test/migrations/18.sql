INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, path, arrival, sender, body, position, medium, campaign, origin, referrer_host, channel,
    device, browser, os, bot, country, region, city, enriched, user_agent, client_hints) VALUES
  ('eighteenth', '$pageview', 'searched', 'visitor-9', NULL, 's1', 1767225600000, NULL, 1767225600000, 1767225600000, 20260101,
    NULL, NULL, NULL, 'google', '/landing', 2, 'pk', '{"eventId":"searched","utm":{"source":"google","medium":"cpc"}}', 5,
    'cpc', 'spring', 'Google', 'google.com', 'paid_search', 'desktop', 'Firefox', 'Linux', NULL, 'AT', 'AT-9', 'Vienna', 1,
    'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', NULL),
  ('eighteenth', '$pageview', 'crawled', 'visitor-10', NULL, NULL, 1767225601000, NULL, 1767225601000, 1767225601000, 20260101,
    NULL, NULL, NULL, NULL, '/landing', 0, 'pk', '{"eventId":"crawled","path":"/landing"}', 5,
    NULL, NULL, NULL, NULL, 'direct', 'bot', NULL, NULL, 'Googlebot', NULL, NULL, NULL, 1,
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', NULL);
SELECT nextval('tail_positions');
