-- What an account's person does: a JSON array of roles. Nobody loses what they could do: every account could read what its
-- levels reach, and look after the devices. Whoever manages the members is named by the operator.
ALTER TABLE accounts ADD COLUMN roles text COLLATE "C" NOT NULL DEFAULT '[]';
-- Of all registers: the owner migrates, whom the policy would show none of them.
ALTER TABLE accounts NO FORCE ROW LEVEL SECURITY;
UPDATE accounts SET roles = CASE
    WHEN levels LIKE '%"zorg"%' THEN '["coordinator","care-coordinator","device-manager"]'
    ELSE '["coordinator","device-manager"]'
END;
ALTER TABLE accounts FORCE ROW LEVEL SECURITY;
