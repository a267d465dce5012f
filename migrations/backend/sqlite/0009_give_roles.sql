-- What an account's person does: a JSON array of roles. Nobody loses what they could do: every account could read what its
-- levels reach, and look after the devices. Whoever manages the members is named by the operator.
ALTER TABLE accounts ADD COLUMN roles TEXT NOT NULL DEFAULT '[]';
UPDATE accounts SET roles = CASE
    WHEN levels LIKE '%"zorg"%' THEN '["coordinator","care-coordinator","device-manager"]'
    ELSE '["coordinator","device-manager"]'
END;
