//! What goes before everything else: acute records that were signed since the plan at hand was made.

/// What a run knows of acute records.
#[derive(Debug)]
pub(in crate::sync) struct Acute {
    /// How many were signed that the plan at hand can have.
    known: u64,
    under_way: Freight,
}

/// What a request that is under way brings. It holds for the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sync) enum Freight {
    /// A batch of acute records: these share one with each other only.
    Acute,
    /// Anything else.
    Other,
}

impl Acute {
    pub(super) const fn new(known: u64) -> Self {
        Self { known, under_way: Freight::Other }
    }

    /// What is sent from now on.
    pub(in crate::sync) const fn sends(&mut self, freight: Freight) {
        self.under_way = freight;
    }

    /// Whether something came that goes first, where so many were signed by now. What is acute itself makes way for none:
    /// each that is signed would send it from its start again.
    pub(in crate::sync) const fn came(&self, signed: u64) -> bool {
        match self.under_way {
            Freight::Acute => false,
            Freight::Other => self.known != signed,
        }
    }

    /// The next plan has so many.
    pub(in crate::sync) const fn planned(&mut self, signed: u64) {
        self.known = signed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_signed_since_the_plan_comes_first_until_a_plan_has_it() {
        let mut acute = Acute::new(3);
        assert!(!acute.came(3));
        assert!(acute.came(4));
        acute.sends(Freight::Acute);
        assert!(!acute.came(4), "one that is acute itself is under way");
        acute.sends(Freight::Other);
        assert!(acute.came(4));
        acute.planned(4);
        assert!(!acute.came(4));
    }
}
