//! Content by seed: plausible observations of about 2 KB, for load.

use baken_companion::{ObservationForm, PersonForm};
use baken_protocol::ids::Code;
use baken_protocol::record::{ConfidentialityLevel, Consent};
use baken_protocol::vocabulary::Vocabulary;

const SENTENCES: [&str; 12] = [
    "De bemanning slaapt in het vooronder, zes man op vier bedden. ",
    "De paspoorten liggen volgens de kapitein in de kluis op kantoor. ",
    "Een man zegt dat hij sinds maart geen loon heeft gehad. ",
    "Het rooster aan de wand klopt niet met wat de mensen vertellen. ",
    "De deur naar de gang had aan de binnenkant geen kruk. ",
    "Steeds dezelfde persoon geeft antwoord, ook als de vraag aan een ander is. ",
    "Er hing een lijst met bedragen achter namen, waarvan een deel is doorgestreept. ",
    "De tolk aan de telefoon hoorde dat er werd meegeluisterd. ",
    "Twee vrouwen wilden het kaartje niet aannemen zolang de man erbij stond. ",
    "In de koelcel werkt men volgens het bord acht uur achter elkaar. ",
    "De huur wordt door de werkgever ingehouden, hoeveel weet niemand. ",
    "Bij vertrek gaf een jongen met zijn ogen aan dat hij nog iets wilde zeggen. ",
];

/// A stream of observations that is the same for the same seed.
pub(crate) struct Scenario {
    random: fastrand::Rng,
    vocabulary: Vocabulary,
}

impl Scenario {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: fastrand::Rng::with_seed(seed), vocabulary: Vocabulary::built_in() }
    }

    /// Fills in the next observation.
    pub(crate) fn fill(&mut self, form: &mut ObservationForm) {
        let kinds: Vec<Code> = self.vocabulary.place_kinds.iter().map(|term| term.code.clone()).collect();
        let forms: Vec<Code> = self.vocabulary.exploitation_forms.iter().map(|term| term.code.clone()).collect();
        let districts: Vec<Code> = self.vocabulary.districts.iter().map(|term| term.code.clone()).collect();
        let urgencies: Vec<Code> = self.vocabulary.urgencies.iter().map(|term| term.code.clone()).collect();
        let bases: Vec<Code> = self.vocabulary.bases.iter().map(|term| term.code.clone()).collect();
        let indicators: Vec<Code> = self
            .vocabulary
            .indicator_groups
            .iter()
            .flat_map(|group| group.indicators.iter().map(|term| term.code.clone()))
            .collect();
        form.place.kind = self.random.choice(kinds);
        form.place.district = self.random.choice(districts);
        form.place.exact.name = format!("Locatie {}", self.random.u16(1..999));
        form.forms = self.random.choice(forms).into_iter().collect();
        form.indicators = self.random.choose_multiple(indicators, 4);
        form.basis = self.random.choice(bases);
        form.urgency = self.random.choice(urgencies);
        form.level = ConfidentialityLevel::Team;
        form.narrative.clear();
        while form.narrative.len() < 1700 {
            let sentence = self.random.choice(SENTENCES).unwrap_or_default();
            // Too short to pass as a citizen service number, which would not be signed.
            let number = self.random.u16(..);
            form.narrative = format!("{}{sentence}({number}) ", form.narrative);
        }
        form.persons = vec![person(1), person(2)];
    }
}

/// A person of whom nothing was asked yet.
pub(crate) fn person(number: usize) -> PersonForm {
    let consent = |purpose: &str| Consent { purpose: purpose.to_owned(), state: "niet-gevraagd".to_owned() };
    PersonForm {
        pseudonym: format!("P{number}"),
        consents: ["registratie-comensha", "zorg", "delen"].map(consent).to_vec(),
        ..PersonForm::default()
    }
}
