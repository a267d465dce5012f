//! The vocabulary: every code a record may carry, with its Dutch and English label.
//!
//! It is data with a version: one set is built in, a newer one comes from the backend. The open part of
//! a record holds codes only, so what a code means must never depend on who reads it: a code never
//! changes its meaning.
//!
//! Deliberately absent: any score or weight (indicators are prompts), and refusal of a record for a code
//! this vocabulary does not know ([`crate::ids::Code`] says why). Fields a newer backend adds are passed
//! over, so that an older device keeps working.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::digest::Digest;
use crate::ids::Code;
use crate::keydir::VocabularyReference;
use crate::strict_json::{self, StrictJsonError};

/// Bytes of a vocabulary beyond which it is refused unread.
const MAX_BYTES: usize = 256 * 1024;

#[expect(clippy::expect_used, reason = "compiled in, and the test `built_in_set_parses` proves it parses")]
static BUILT_IN: LazyLock<Vocabulary> =
    LazyLock::new(|| Vocabulary::parse(Vocabulary::BUILT_IN_JSON).expect("the built-in vocabulary parses"));

/// A label in each language, for where there is little room: a tile, a chip, a button.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[ts(export)]
pub struct ShortLabel {
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
}

/// A code with its labels.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Term {
    /// What a record carries.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// The same in a word or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub short: Option<ShortLabel>,
}

/// A form of exploitation.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExploitationForm {
    /// What a record carries.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// The same in a word or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub short: Option<ShortLabel>,
    /// The value of `vic_TypeOfExploitation` in IOM's Human Trafficking Case Data Standard 2.0. Empty
    /// where that list has none (it knows no "unknown"): the field is then left out of an exchange.
    pub htcds: String,
}

/// A kind of place.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlaceKind {
    /// What a record carries.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// Whether it is a vessel, and so has a ship's identifiers.
    pub ship: bool,
    /// Whether people live or sleep there, so that entering asks for more (Awbi). A ship's cabin and a
    /// hotel room count.
    pub dwelling: bool,
}

/// Indicators that belong together.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct IndicatorGroup {
    /// Names the group; records carry the indicators' own codes.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// The forms of exploitation for which it is shown before others.
    #[serde(default)]
    pub forms: Vec<Code>,
    /// The kinds of place for which it is shown before others.
    #[serde(default)]
    pub place_kinds: Vec<Code>,
    /// Its indicators, in the order they are shown.
    pub indicators: Vec<Indicator>,
}

/// A sign of human trafficking. A prompt for the observer, never a score.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Indicator {
    /// What a record carries; unique across all groups.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// The same in a word or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub short: Option<ShortLabel>,
    /// Which of the ILO's eleven indicators of forced labour (2012) it belongs to, where one fits.
    pub ilo: Option<Code>,
    /// Other words people search for, Dutch and English together.
    #[serde(default)]
    pub keywords: Vec<String>,
}

/// How soon someone must act.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Urgency {
    /// What a record carries.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// The same in a word or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub short: Option<ShortLabel>,
    /// Hours from receipt within which a coordinator acts; `None` where there is no time limit.
    pub period_hours: Option<u32>,
}

/// An organisation that takes part in inspections.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Organisation {
    /// What a record carries.
    pub code: Code,
    /// The Dutch label.
    pub nl: String,
    /// The English label.
    pub en: String,
    /// Its role.
    pub kind: OrganisationKind,
}

/// The role of an organisation: enforcement never sees what is meant for care.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum OrganisationKind {
    /// The municipality as coordinator.
    Municipality,
    /// Supervision and investigation.
    Enforcement,
    /// Outreach and care.
    Care,
}

/// Every code there is, by list.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Vocabulary {
    /// Rises with every change; 1 is the first.
    pub version: u32,
    /// Forms of exploitation.
    pub exploitation_forms: Vec<ExploitationForm>,
    /// Kinds of place.
    pub place_kinds: Vec<PlaceKind>,
    /// Indicators, by group.
    pub indicator_groups: Vec<IndicatorGroup>,
    /// What a statement rests on.
    pub bases: Vec<Term>,
    /// What was done on the spot, and to whom it was referred.
    pub actions: Vec<Term>,
    /// How soon someone must act.
    pub urgencies: Vec<Urgency>,
    /// Who may see an observation.
    pub levels: Vec<Term>,
    /// Legal grounds for entering.
    pub entry_grounds: Vec<Term>,
    /// Organisations that take part.
    pub organisations: Vec<Organisation>,
    /// Districts, by the code of Statistics Netherlands (CBS).
    pub districts: Vec<Term>,
    /// What consent is asked for.
    pub consent_purposes: Vec<Term>,
    /// The answers to a question of consent.
    pub consent_states: Vec<Term>,
    /// What is asked for at a contact moment. A set from before there were any has none, here and in the lists below.
    #[serde(default)]
    pub contact_requests: Vec<Term>,
    /// What is given at a contact moment.
    #[serde(default)]
    pub contact_offers: Vec<Term>,
    /// When a contact goes on.
    #[serde(default)]
    pub contact_follow_ups: Vec<Term>,
    /// What is often spoken at a contact moment; another language is written down.
    #[serde(default)]
    pub contact_languages: Vec<Term>,
    /// The number to call in immediate danger.
    pub urgent_phone: String,
}

/// Why a vocabulary is refused.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// Larger than any vocabulary needs to be.
    #[error("the vocabulary is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// Not strict JSON of this shape, or with a character a code cannot have.
    #[error(transparent)]
    Malformed(#[from] StrictJsonError),
    /// Version 0 does not exist.
    #[error("the vocabulary has no version")]
    NoVersion,
    /// A list without terms: nothing could be recorded with it.
    #[error("the list {list} is empty")]
    EmptyList {
        /// The list.
        list: &'static str,
    },
    /// One code with two meanings.
    #[error("the code {code} occurs twice in {list}")]
    DuplicateCode {
        /// The list.
        list: &'static str,
        /// The code.
        code: Code,
    },
    /// A code nobody could read.
    #[error("the code {code} in {list} lacks a label")]
    EmptyLabel {
        /// The list.
        list: &'static str,
        /// The code.
        code: Code,
    },
    /// The number to call in danger is missing or cannot be dialled.
    #[error("the urgent phone number is not a number to dial")]
    UrgentPhone,
}

/// One code and its two labels, of whatever kind of term.
type Entry<'a> = (&'a Code, &'a str, &'a str);

/// The entry of each term of a list.
macro_rules! entries {
    ($terms:expr) => {
        $terms.iter().map(|term| (&term.code, term.nl.as_str(), term.en.as_str()))
    };
}

/// A lookup by code in one list.
macro_rules! lookup {
    ($(#[$doc:meta])* $name:ident in $list:ident: $term:ty) => {
        $(#[$doc])*
        pub fn $name(&self, code: &str) -> Option<&$term> {
            self.$list.iter().find(|term| term.code.as_str() == code)
        }
    };
}

impl Vocabulary {
    /// The set this program was built with.
    pub fn built_in() -> Self {
        BUILT_IN.clone()
    }

    /// The built-in set as it is served.
    pub const BUILT_IN_JSON: &[u8] = include_bytes!("vocabulary.json");

    /// What a key directory says of the built-in set.
    pub fn built_in_reference() -> VocabularyReference {
        VocabularyReference { version: BUILT_IN.version, sha256: Digest::of(Self::BUILT_IN_JSON) }
    }

    /// Reads a vocabulary from JSON and refuses one that is ambiguous or cannot be shown.
    pub fn parse(bytes: &[u8]) -> Result<Self, VocabularyError> {
        if bytes.len() > MAX_BYTES {
            return Err(VocabularyError::TooLarge);
        }
        let vocabulary: Self = strict_json::parse(bytes)?;
        vocabulary.check()?;
        Ok(vocabulary)
    }

    /// The same set with what must never come from outside as it is built in: who may see a level, how soon an urgency
    /// asks for somebody, and the number that is called in danger. Periods of urgencies are configuration and stay. A set
    /// from before there were contact moments gets the built-in words for them.
    #[must_use]
    pub fn with_built_in_meanings(self) -> Self {
        let built_in = Self::built_in();
        let period = |code: &Code| self.urgency(code.as_str()).map(|urgency| urgency.period_hours);
        let urgencies = built_in.urgencies.into_iter().map(|urgency| {
            let period_hours = period(&urgency.code).unwrap_or(urgency.period_hours);
            Urgency { period_hours, ..urgency }
        });
        let urgencies = urgencies.collect();
        let or_built_in = |given: Vec<Term>, built_in: Vec<Term>| if given.is_empty() { built_in } else { given };
        Self {
            levels: built_in.levels,
            urgent_phone: built_in.urgent_phone,
            urgencies,
            contact_requests: or_built_in(self.contact_requests, built_in.contact_requests),
            contact_offers: or_built_in(self.contact_offers, built_in.contact_offers),
            contact_follow_ups: or_built_in(self.contact_follow_ups, built_in.contact_follow_ups),
            contact_languages: or_built_in(self.contact_languages, built_in.contact_languages),
            ..self
        }
    }

    fn check(&self) -> Result<(), VocabularyError> {
        if self.version == 0 {
            return Err(VocabularyError::NoVersion);
        }
        check_list("exploitationForms", entries!(self.exploitation_forms))?;
        check_list("placeKinds", entries!(self.place_kinds))?;
        check_list("indicatorGroups", entries!(self.indicator_groups))?;
        check_list("indicators", self.indicator_groups.iter().flat_map(|group| entries!(group.indicators)))?;
        check_list("bases", entries!(self.bases))?;
        check_list("actions", entries!(self.actions))?;
        check_list("urgencies", entries!(self.urgencies))?;
        check_list("levels", entries!(self.levels))?;
        check_list("entryGrounds", entries!(self.entry_grounds))?;
        check_list("organisations", entries!(self.organisations))?;
        check_list("districts", entries!(self.districts))?;
        check_list("consentPurposes", entries!(self.consent_purposes))?;
        check_list("consentStates", entries!(self.consent_states))?;
        for (list, terms) in [
            ("contactRequests", &self.contact_requests),
            ("contactOffers", &self.contact_offers),
            ("contactFollowUps", &self.contact_follow_ups),
            ("contactLanguages", &self.contact_languages),
        ] {
            if !terms.is_empty() {
                check_list(list, entries!(terms))?;
            }
        }
        let phone = &self.urgent_phone;
        if phone.is_empty() || !phone.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(VocabularyError::UrgentPhone);
        }
        Ok(())
    }

    lookup!(/// The form of exploitation with this code.
        exploitation_form in exploitation_forms: ExploitationForm);
    lookup!(/// The kind of place with this code.
        place_kind in place_kinds: PlaceKind);
    lookup!(/// The basis of a statement with this code.
        basis in bases: Term);
    lookup!(/// The action or referral with this code.
        action in actions: Term);
    lookup!(/// The urgency with this code.
        urgency in urgencies: Urgency);
    lookup!(/// The confidentiality level with this code.
        level in levels: Term);
    lookup!(/// The ground for entering with this code.
        entry_ground in entry_grounds: Term);
    lookup!(/// The organisation with this code.
        organisation in organisations: Organisation);
    lookup!(/// The district with this code.
        district in districts: Term);
    lookup!(/// The purpose of consent with this code.
        consent_purpose in consent_purposes: Term);
    lookup!(/// The state of consent with this code.
        consent_state in consent_states: Term);

    lookup!(/// The request at a contact moment with this code.
        contact_request in contact_requests: Term);
    lookup!(/// What is given at a contact moment, with this code.
        contact_offer in contact_offers: Term);
    lookup!(/// When a contact goes on, with this code.
        contact_follow_up in contact_follow_ups: Term);

    /// The indicator with this code, in whichever group.
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        let mut indicators = self.indicator_groups.iter().flat_map(|group| &group.indicators);
        indicators.find(|indicator| indicator.code.as_str() == code)
    }
}

fn check_list<'a>(list: &'static str, entries: impl Iterator<Item = Entry<'a>>) -> Result<(), VocabularyError> {
    let mut seen = HashSet::new();
    for (code, nl, en) in entries {
        if !seen.insert(code) {
            return Err(VocabularyError::DuplicateCode { list, code: code.clone() });
        }
        if nl.trim().is_empty() || en.trim().is_empty() {
            return Err(VocabularyError::EmptyLabel { list, code: code.clone() });
        }
    }
    if seen.is_empty() { Err(VocabularyError::EmptyList { list }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::record::ConfidentialityLevel;
    use serde_json::{Value, json};

    /// The built-in set as JSON, changed by `change`, and read again.
    fn changed(change: impl FnOnce(&mut Value)) -> Result<Vocabulary, VocabularyError> {
        let mut value = serde_json::to_value(Vocabulary::built_in()).unwrap();
        change(&mut value);
        Vocabulary::parse(&serde_json::to_vec(&value).unwrap())
    }

    #[test]
    fn built_in_set_parses() {
        let vocabulary = Vocabulary::parse(Vocabulary::BUILT_IN_JSON).unwrap();
        assert_eq!(vocabulary, Vocabulary::built_in());
        assert_eq!(vocabulary.version, 4);
        assert_eq!(vocabulary.urgent_phone, "112");
    }

    #[test]
    fn built_in_set_is_written_as_it_was_read() {
        let file: Value = serde_json::from_slice(include_bytes!("vocabulary.json")).unwrap();
        assert_eq!(serde_json::to_value(Vocabulary::built_in()).unwrap(), file);
    }

    #[test]
    fn what_levels_urgencies_and_the_emergency_number_mean_never_comes_from_outside() {
        let mut offered = BUILT_IN.clone();
        offered.version += 1;
        offered.levels.swap(0, 1);
        offered.levels[0].nl = "Alleen ik".into();
        offered.urgencies[0].nl = "Geen haast".into();
        offered.urgencies[1].period_hours = Some(12);
        offered.urgencies.pop();
        offered.urgent_phone = "0900-1234".into();
        offered.bases[0].nl = "Zelf gezien".into();
        let used = offered.clone().with_built_in_meanings();
        assert_eq!((&used.levels, &used.urgent_phone), (&BUILT_IN.levels, &BUILT_IN.urgent_phone));
        let words = |vocabulary: &Vocabulary| -> Vec<_> {
            vocabulary.urgencies.iter().map(|urgency| (urgency.code.clone(), urgency.nl.clone())).collect()
        };
        assert_eq!(words(&used), words(&BUILT_IN));
        assert_eq!(used.urgencies[1].period_hours, Some(12), "a period is configuration");
        assert_eq!((used.version, used.bases[0].nl.as_str()), (BUILT_IN.version + 1, "Zelf gezien"));
    }

    #[test]
    fn built_in_levels_are_those_of_the_protocol() {
        let codes: Vec<_> = BUILT_IN.levels.iter().map(|level| level.code.as_str()).collect();
        let levels = [ConfidentialityLevel::Team, ConfidentialityLevel::Care, ConfidentialityLevel::Own];
        assert_eq!(codes, levels.map(ConfidentialityLevel::code));
    }

    #[test]
    fn built_in_indicators_name_only_the_eleven_of_the_ilo() {
        let eleven = "abuse-of-vulnerability deception restriction-of-movement isolation violence intimidation \
            retention-of-documents withholding-of-wages debt-bondage abusive-conditions excessive-overtime";
        let eleven: HashSet<_> = eleven.split_whitespace().collect();
        let indicators = BUILT_IN.indicator_groups.iter().flat_map(|group| &group.indicators);
        let named: HashSet<_> = indicators.filter_map(|indicator| indicator.ilo.as_ref()).map(Code::as_str).collect();
        assert_eq!(named, eleven);
    }

    #[test]
    fn built_in_labels_are_tidy() {
        let groups = &BUILT_IN.indicator_groups;
        let terms =
            [&BUILT_IN.bases, &BUILT_IN.actions, &BUILT_IN.levels, &BUILT_IN.entry_grounds, &BUILT_IN.districts];
        let entries = entries!(groups).chain(groups.iter().flat_map(|group| entries!(group.indicators)));
        for (code, nl, en) in entries.chain(terms.into_iter().flat_map(|list| entries!(list))) {
            for label in [nl, en] {
                let first = label.chars().next().unwrap();
                assert!(!first.is_lowercase(), "{code}: {label}");
                assert!(label == label.trim() && !label.ends_with('.'), "{code}: {label}");
            }
        }
    }

    #[test]
    fn built_in_short_labels_fit_a_tile_of_a_small_phone() {
        let shorts = BUILT_IN.exploitation_forms.iter().map(|term| (&term.code, &term.short));
        let shorts = shorts.chain(BUILT_IN.urgencies.iter().map(|term| (&term.code, &term.short)));
        for (code, short) in shorts.chain(BUILT_IN.bases.iter().map(|term| (&term.code, &term.short))) {
            let short = short.as_ref().unwrap();
            for label in [&short.nl, &short.en] {
                assert!((1..=11).contains(&label.chars().count()), "{code}: {label}");
            }
        }
        let indicators = BUILT_IN.indicator_groups.iter().flat_map(|group| &group.indicators);
        for indicator in indicators {
            let short = indicator.short.as_ref().unwrap();
            for label in [&short.nl, &short.en] {
                assert!((1..=18).contains(&label.chars().count()), "{}: {label}", indicator.code);
            }
        }
    }

    #[test]
    fn built_in_indicators_are_found_by_everyday_words() {
        let found = |word: &str| -> Vec<&str> {
            let indicators = BUILT_IN.indicator_groups.iter().flat_map(|group| &group.indicators);
            let with = indicators.filter(|indicator| indicator.keywords.iter().any(|keyword| keyword == word));
            with.map(|indicator| indicator.code.as_str()).collect()
        };
        assert_eq!(found("geslagen"), ["W1", "W2"]);
        assert_eq!(found("beaten"), ["W1", "W2"]);
        assert_eq!(found("op slot"), ["V6"]);
        assert_eq!(found("niet betaald"), ["G2"]);
    }

    #[test]
    fn groups_come_first_for_forms_and_places_there_are() {
        for group in &BUILT_IN.indicator_groups {
            assert!(group.forms.iter().all(|code| BUILT_IN.exploitation_form(code.as_str()).is_some()));
            assert!(group.place_kinds.iter().all(|code| BUILT_IN.place_kind(code.as_str()).is_some()));
        }
        let ships = BUILT_IN.place_kinds.iter().filter(|kind| kind.ship).map(|kind| &kind.code);
        let aboard = BUILT_IN.indicator_groups.iter().find(|group| group.code.as_str() == "schip").unwrap();
        assert!(ships.eq(&aboard.place_kinds));
    }

    #[test]
    fn every_ship_counts_as_a_dwelling() {
        assert!(BUILT_IN.place_kinds.iter().all(|kind| kind.dwelling || !kind.ship));
        assert_eq!(BUILT_IN.place_kinds.iter().filter(|kind| kind.ship).count(), 3);
    }

    #[test]
    fn finds_by_exact_code_only() {
        let vocabulary = Vocabulary::built_in();
        assert_eq!(vocabulary.exploitation_form("arbeid").unwrap().htcds, "ForcedLabour");
        assert_eq!(vocabulary.urgency("spoed").unwrap().period_hours, Some(24));
        assert_eq!(vocabulary.indicator("X3").unwrap().en, "Has to be available at all times");
        assert_eq!(vocabulary.district("WK045305").unwrap().nl, "Velsen-Noord");
        assert_eq!(vocabulary.organisation("scharlaken-koord").unwrap().kind, OrganisationKind::Care);
        assert_eq!(vocabulary.indicator("x3"), None);
        assert_eq!(vocabulary.indicator("documenten"), None, "a group is not an indicator");
        assert_eq!(vocabulary.action(""), None);
    }

    #[test]
    fn passes_over_fields_of_a_newer_backend() {
        assert!(changed(|value| value["bases"][0]["icon"] = json!("eye")).is_ok());
    }

    #[test]
    fn refuses_duplicate_codes_also_across_indicator_groups() {
        let twice = changed(|value| value["bases"][1]["code"] = json!("waarneming"));
        assert!(matches!(twice, Err(VocabularyError::DuplicateCode { list: "bases", .. })));
        let across = changed(|value| value["indicatorGroups"][1]["indicators"][0]["code"] = json!("D1"));
        assert!(matches!(across, Err(VocabularyError::DuplicateCode { list: "indicators", .. })));
    }

    #[test]
    fn refuses_empty_labels_and_lists() {
        let blank = changed(|value| value["districts"][3]["en"] = json!(" "));
        assert!(matches!(blank, Err(VocabularyError::EmptyLabel { list: "districts", .. })));
        let empty = changed(|value| value["actions"] = json!([]));
        assert!(matches!(empty, Err(VocabularyError::EmptyList { list: "actions" })));
    }

    #[test]
    fn refuses_bad_characters_in_codes() {
        for code in ["", "a b", "é", "a/b", "a_b", "<b>"] {
            let result = changed(|value| value["actions"][0]["code"] = json!(code));
            assert!(matches!(result, Err(VocabularyError::Malformed(_))), "{code}");
        }
    }

    #[test]
    fn refuses_version_zero_bad_phone_and_what_is_too_large() {
        assert!(matches!(changed(|value| value["version"] = json!(0)), Err(VocabularyError::NoVersion)));
        for phone in ["", "tel", "112;900"] {
            let result = changed(|value| value["urgentPhone"] = json!(phone));
            assert!(matches!(result, Err(VocabularyError::UrgentPhone)), "{phone}");
        }
        assert!(matches!(Vocabulary::parse(&vec![b' '; MAX_BYTES + 1]), Err(VocabularyError::TooLarge)));
    }
}
