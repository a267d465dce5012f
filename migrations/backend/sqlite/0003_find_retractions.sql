-- What was taken back, which coordinators are told of.
CREATE INDEX retractions ON operations (device, leaf_index) WHERE action = 'retract';
