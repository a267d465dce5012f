//! How observations stand: each as its operations say, with its term, in hand as the
//! acts on it say, counted once, and none that has no operations; and what
//! changed is told to its device. What
//! is left out of a list, or due too late in it, is found by nobody.

use std::collections::BTreeMap;

use super::Audit;
use crate::register::{Folded, Terms, each_folded, follow_each_other, reckoned_by};
use crate::storage::{Of, StandingKind, StorageError};

impl Audit<'_> {
    pub(super) fn standings(&mut self) -> Result<(), StorageError> {
        let (tx, terms) = (self.tx, Terms::of(self.installation));
        if tx.reckoned_by()? != Some(reckoned_by(&terms)) {
            self.fault("terms were reckoned by another version or zone; run `baken-backend migrate`".into());
            return Ok(());
        }
        let mut folded = 0;
        let mut counts: BTreeMap<StandingKind, u64> = BTreeMap::new();
        each_folded(tx, &terms, Of::All, &mut |it: Folded| {
            folded += 1;
            let kept = tx.standing(it.row.number)?;
            let noted = it.operations.iter().all(|(_, noted)| *noted == Some(it.row.number));
            if kept.as_ref() != Some(&it.row) || !noted {
                self.fault(format!("observation {}.{} stands otherwise than its operations say", it.device, it.entity));
            }
            if it.row.in_hand.acts > 0 && !follow_each_other(&tx.acts_on(it.row.number, u32::MAX)?) {
                self.fault(format!("acts on observation {}.{} do not follow each other", it.device, it.entity));
            }
            *counts.entry(it.row.kind()).or_insert(0) += 1;
            Ok(())
        })?;
        let kept = tx.count_standings()?;
        if kept > folded {
            self.fault(format!("{} standings belong to no observation", kept - folded));
        }
        let stray = tx.count_stray_acts()?;
        if stray > 0 {
            self.fault(format!("{stray} acts are on no observation"));
        }
        let (odd, untold) = (tx.count_stray_outcomes()?, tx.count_untold_outcomes()?);
        if odd > 0 {
            self.fault(format!("{odd} outcomes are of another device's observations, or of none that was dealt with"));
        }
        if untold > 0 {
            self.fault(format!("{untold} observations are in hand and their devices are not told"));
        }
        let counted = tx.counted()?.into_iter().map(|it| (it.kind, it.observations)).collect();
        if counts != counted {
            self.fault("observations are not counted as they stand".into());
        }
        Ok(())
    }
}
