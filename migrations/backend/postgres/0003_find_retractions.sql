-- What was taken back, which coordinators are told of.
CREATE INDEX retractions ON operations (register, device, leaf_index) WHERE action = 'retract';
