//! What of a draft's texts is signed. Everything a person wrote stays; what no keyboard writes and no reader shows
//! (controls) does not, line ends are of one kind, and an identifier that holds stands in its normal form, so that one
//! ship is found by one number however it was typed. An identifier that does not hold stays as it was written.

use baken_protocol::identifiers::{bag, eni, imo, kvk, mmsi, postcode};
use baken_protocol::record::ExactPlace;
use baken_protocol::text;

use crate::recording::forms::{DraftForm, PersonForm, PlaceForm};

impl DraftForm {
    /// The form as it is signed, and as its author reads it again.
    pub(crate) fn written(&self) -> Self {
        let mut form = self.understood();
        let place = form.place_mut();
        *place = place.written();
        let mut form = form.with_reason(&text::written(self.reason()));
        match &mut form {
            Self::Observation(form) => {
                form.narrative = text::written(&form.narrative);
                form.persons = form.persons.iter().map(person).collect();
            }
            Self::Contact(form) => {
                form.note = text::written(&form.note);
                form.person = person(&form.person);
            }
            Self::Inspection(_) | Self::Participation(_) => {}
        }
        form
    }
}

fn person(person: &PersonForm) -> PersonForm {
    PersonForm {
        id: person.id,
        pseudonym: text::written(&person.pseudonym).trim().to_owned(),
        role: line(&person.role),
        age_band: line(&person.age_band),
        language: line(&person.language),
        needs: line(&person.needs),
        description: text::written(&person.description),
        consents: person.consents.clone(),
    }
}

impl PlaceForm {
    fn written(&self) -> Self {
        let normal = |normal: Option<String>, typed: &str| normal.unwrap_or_else(|| line(typed));
        let typed = &self.exact;
        let exact = ExactPlace {
            postcode: normal(postcode::check(&typed.postcode).ok().map(|it| it.as_str().into()), &typed.postcode),
            imo: normal(imo::check(&typed.imo).ok().map(|it| it.as_str().into()), &typed.imo),
            mmsi: normal(mmsi::check(&typed.mmsi).ok().map(|it| it.as_str().into()), &typed.mmsi),
            eni: normal(eni::check(&typed.eni).ok().map(|it| it.as_str().into()), &typed.eni),
            kvk: normal(kvk::check(&typed.kvk).ok().map(|it| it.as_str().into()), &typed.kvk),
            bag: normal(bag::check(&typed.bag).ok().map(|it| it.as_str().into()), &typed.bag),
            ..typed.with_texts(line)
        };
        Self { exact, ..self.clone() }
    }
}

/// A text without anything to see is none.
fn line(typed: &str) -> String {
    if text::is_blank(typed) { String::new() } else { text::written(typed).trim().to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_that_holds_is_signed_in_its_normal_form_and_another_as_it_was_written() {
        let exact = ExactPlace {
            imo: "\u{feff}IMO: 9074729".into(),
            mmsi: "244-123-456".into(),
            eni: "2325641 ".into(),
            kvk: "KvK 12.34.56.78".into(),
            bag: "NL.IMBAG.Pand.0453100000012345".into(),
            postcode: "nl-1971ab IJmuiden".into(),
            name: "\u{200b}".into(),
            berth: " Kade 3\0\r\n".into(),
            fishing_mark: "\u{202e}IJM 31".into(),
            ..ExactPlace::default()
        };
        let signed = PlaceForm { exact, ..PlaceForm::default() }.written().exact;
        assert_eq!(
            (signed.imo.as_str(), signed.mmsi.as_str(), signed.kvk.as_str()),
            ("9074729", "244123456", "12345678")
        );
        assert_eq!((signed.bag.as_str(), signed.postcode.as_str()), ("0453100000012345", "1971 AB"));
        assert_eq!((signed.eni.as_str(), signed.name.as_str(), signed.berth.as_str()), ("2325641", "", "Kade 3"));
        assert_eq!(signed.fishing_mark, "\u{202e}IJM 31", "what may belong to a script is the reader's to see");
    }
}
