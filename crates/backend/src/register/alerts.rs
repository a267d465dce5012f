//! What there is to look into: what was noted of devices, and what their records raise for whoever may see them.

use std::cmp::Reverse;

use crate::storage::{AlertCode, AlertRow, Clearance, StorageError, Transaction};

/// One for each kind and device, the last raised first, whatever a device does to push the others out of sight: there
/// are never more than one of each code for each device in the list of devices.
pub fn alerts(tx: &dyn Transaction, clearance: &Clearance) -> Result<Vec<AlertRow>, StorageError> {
    let mut alerts = tx.noted_alerts()?;
    for code in AlertCode::OF_RECORDS {
        let raised = tx.record_alerts(clearance, code)?;
        alerts.extend(raised.into_iter().map(|alert| AlertRow { detail: detail(&alert), ..alert }));
    }
    alerts.sort_by_key(|alert| Reverse(alert.raised_at));
    Ok(alerts)
}

fn detail(alert: &AlertRow) -> String {
    let record = alert.record.as_ref().map(|(record, _)| record.to_string()).unwrap_or_default();
    format!("operation {record} {}", said_of(alert.code))
}

/// In technical words.
const fn said_of(code: AlertCode) -> &'static str {
    match code {
        AlertCode::Retracted => "takes back a record",
        AlertCode::CreatedAgain => "is another first record under an id its device used before",
        AlertCode::SealedToOthers => "is sealed to an organisation that is not its device's",
        AlertCode::SealedForLater => "goes by an epoch that is not known here",
        // Said of a whole batch, when it came.
        AlertCode::ChainForked | AlertCode::Quarantined => "is of a batch that was told of",
    }
}
