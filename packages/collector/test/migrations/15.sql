INSERT INTO billing_ids (project, id, payment, series, payer, paid, person) VALUES
  ('fifteenth', 'stripe:in_15', 'stripe:in_15', '0:stripe:sub_15', '0:stripe:cus_15', 1, 1),
  ('fifteenth', 'stripe:sub_15', NULL, '0:stripe:sub_15', '0:stripe:cus_15', 0, 1),
  ('fifteenth', 'stripe:cus_15', NULL, NULL, '0:stripe:cus_15', 0, 0);
INSERT INTO payer_claims (project, id, anonymous_id, user_id, first_seen) VALUES
  ('fifteenth', 'stripe:cs_15', '', 'user-of-another-payment', 1767225600000),
  ('fifteenth', 'stripe:sub_15', '', 'user-15', 1767225601000);
INSERT INTO billing_turns (project, turn) VALUES ('fifteenth', 2);
INSERT INTO events (project, event, event_id, anonymous_id, ts, received_at, stored_at, day, value, currency, payment_ref,
    told_by, livemode, sender, body) VALUES
  ('fifteenth', 'subscription_renewed', 'stripe:in_15', 'stripe:in_15', 1767225602000, 1767225602000, 1767225602000,
    20260101, 2900, 'USD', 'stripe:in_15', 'invoice', 1, 'sk', '{"eventId":"stripe:in_15"}');
