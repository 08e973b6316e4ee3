-- When what is held of a customer last changed here, and 0 for one that was held before this was kept.
ALTER TABLE customers ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;

-- With the id behind it, the order of the answer comes out of the index. Without it SQLite walks all customers by their key instead, and
-- each look-up costs more the more there are.
DROP INDEX customers_number;
DROP INDEX customers_cvr;
DROP INDEX customers_email;
CREATE INDEX customers_number ON customers (installation, number, id);
CREATE INDEX customers_cvr ON customers (installation, cvr_digits, id);
CREATE INDEX customers_email ON customers (installation, email_lower, id);
-- Counting those with the tag reads no customer.
CREATE INDEX customers_tagged ON customers (installation, tagged, deleted);
