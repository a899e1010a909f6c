INSERT INTO subscriptions (project, subscription, changed_at, billed, plan, billing_interval, interval_count, amount,
    currency, account, livemode, steps) VALUES
  ('tenth', 'stripe:sub_10', 1767225600001, 1, 'pro', 'month', 1, 2900, 'USD', NULL, 1,
    '[{"event":"[\"subscription_started\",\"stripe:evt_10\"]","previous":null,"project":"tenth","subscription":"stripe:sub_10","changed_at":1767225600001,"billed":1,"plan":"pro","billing_interval":"month","interval_count":1,"amount":2900,"currency":"USD","account":null,"livemode":1}]');
INSERT INTO events (project, event, event_id, anonymous_id, ts, received_at, stored_at, day, value, currency, payment_ref,
    refunded_total, livemode, sender, body) VALUES
  ('tenth', 'refunded', 'stripe:ch_10:refunded:1000:1767225600', 'stripe:pi_10', 1767225600000, 1767225600000,
    1767225600000, 20260101, 1000, 'USD', 'stripe:pi_10', 1000, 1, 'sk', '{"eventId":"stripe:ch_10"}');
