-- A record is what its own device signed under one id: the list goes through all operations in this order, and reads
-- nothing of them but what stands in the index.
CREATE INDEX operations_by_record ON operations (
    kind, device, entity, level, quarantined, leaf_index, position, action, urgency, received_at, operation,
    organisation, place_kind, district, inspection_device, inspection, observed_at
);
-- What was taken back, which coordinators are told of.
CREATE INDEX retractions ON operations (device, leaf_index) WHERE action = 'retract';
