INSERT INTO event_keys (project, event, event_id) VALUES ('fourth', 'purchase', 'stripe:pi_1'),
  ('fourth', 'invoice_paid', 'stripe:in_1'), ('fourth', 'refunded', 'stripe:re_1');
INSERT INTO events (project, event, event_id, anonymous_id, user_id, session_id, ts, sent_at, received_at, stored_at, day,
    value, currency, email, source, other_id, payment_ref, refund_ref, told_by, account, livemode, sender, body) VALUES
  ('fourth', 'purchase', 'stripe:pi_1', 'stripe:cus_1', NULL, NULL, 1767225600000, NULL, 1767225600000, 1767225600000,
    20260101, 4900, 'USD', NULL, NULL, NULL, 'stripe:pi_1', NULL, 'payment', NULL, 1, 'sk', '{"eventId":"stripe:pi_1"}'),
  ('fourth', 'invoice_paid', 'stripe:in_1', NULL, 'user-4', NULL, 1767225601000, NULL, 1767225601000, 1767225601000,
    20260101, 4900, 'USD', NULL, NULL, NULL, 'stripe:in_1', NULL, 'invoice', NULL, 1, 'sk', '{"eventId":"stripe:in_1"}'),
  ('fourth', 'refunded', 'stripe:re_1', 'stripe:pi_1', NULL, NULL, 1767225602000, NULL, 1767225602000, 1767225602000,
    20260101, 1000, 'USD', NULL, NULL, NULL, 'stripe:pi_1', 'stripe:re_1', NULL, NULL, 1, 'sk',
    '{"eventId":"stripe:re_1"}');
INSERT INTO billing_ids (project, id, payment, payer, paid, person) VALUES
  ('fourth', 'stripe:pi_1', 'stripe:in_1', '0:stripe:cus_1', 1, 1),
  ('fourth', 'stripe:in_1', 'stripe:in_1', '0:stripe:cus_1', 1, 0),
  ('fourth', 'stripe:sub_1', NULL, '0:stripe:cus_1', 0, 0),
  ('fourth', 'stripe:cus_1', NULL, '0:stripe:cus_1', 0, 1);
INSERT INTO payer_claims (project, id, anonymous_id, user_id, first_seen) VALUES
  ('fourth', 'stripe:cus_1', '', 'user-4', 1767225601000);
INSERT INTO billing_turns (project, turn) VALUES ('fourth', 3);
INSERT INTO subscriptions (project, subscription, changed_at, billed, plan, billing_interval, interval_count, amount,
    currency, account, livemode) VALUES
  ('fourth', 'stripe:sub_1', 1767225600001, 1, 'pro', 'year', 1, 49000, 'USD', NULL, 1);
