INSERT INTO billing_ids (project, id, payment, payer, paid, person, refused) VALUES
  ('ninth', 'stripe:pi_9', 'stripe:pi_9', '2:stripe:pi_9', 0, 0, 1);
