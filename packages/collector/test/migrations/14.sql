INSERT INTO billing_ids (project, id, payment, series, payer, paid, person) VALUES
  ('fourteenth', 'stripe:pi_14', 'stripe:pi_14', '1:stripe:pi_14', '2:stripe:pi_14', 1, 1);
INSERT INTO events (project, event, event_id, anonymous_id, ts, received_at, stored_at, day, value, currency, payment_ref,
    released, told_by, livemode, sender, body) VALUES
  ('fourteenth', 'purchase', 'stripe:pi_14', 'stripe:pi_14', 1767225600000, 1767225600000, 1767225600000, 20260101, 3000,
    'USD', 'stripe:pi_14', 2000, 'payment', 1, 'sk', '{"eventId":"stripe:pi_14"}'),
  ('fourteenth', 'refunded', 'stripe:re_14', 'stripe:pi_14', 1767225600000, 1767225600000, 1767225600000, 20260101, 2000,
    'USD', 'stripe:pi_14', NULL, NULL, 1, 'sk', '{"eventId":"stripe:re_14"}');
UPDATE events SET refund_ref = 'stripe:re_14' WHERE project = 'fourteenth' AND event = 'refunded';
