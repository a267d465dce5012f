//! The demo municipality's year: 23 reports by four devices, spread as the published figure of 2023 was
//! (eight sexual, five labour and three criminal among them; most in IJmuiden and Velsen-Noord).

use std::path::Path;

use anyhow::{Context, ensure};
use baken_companion::{Clock, KdfCost, PlaceForm};
use baken_protocol::ids::Code;
use baken_protocol::record::ConfidentialityLevel;
use chrono::TimeDelta;
use serde::Deserialize;

use crate::device::Device;
use crate::picture::ship_at_a_quay;
use crate::scenario::person;

/// Whose demo devices they are, one of each.
pub(crate) const ORGANISATIONS: [&str; 4] = ["gemeente-handhaving", "politie", "scharlaken-koord", "nla"];
/// Their vaults are never unlocked by a person, so a throw-away passphrase is enough.
const PASSPHRASE: &str = "demo-toestel zonder geheimen";

#[derive(Deserialize)]
struct Report {
    form: Code,
    place: Code,
    district: Option<Code>,
    name: String,
    /// Days after the start of the year that ends today.
    day: i64,
    /// Which device.
    who: usize,
    indicators: Vec<Code>,
    basis: Code,
    urgency: Code,
    actions: Vec<Code>,
    level: ConfidentialityLevel,
    persons: usize,
    text: String,
    /// The organisations of the joint inspection it was seen in; none for a report by itself.
    #[serde(default)]
    joint: Vec<Code>,
    #[serde(default)]
    photo: bool,
}

/// Enrols the devices, records the year, syncs.
pub(crate) async fn run(invitations: &[String], homes: &Path) -> anyhow::Result<()> {
    let devices = ORGANISATIONS.len();
    ensure!(invitations.len() >= devices, "{devices} invitations are needed, {} were given", invitations.len());
    let reports: Vec<Report> = serde_json::from_str(include_str!("demo.json")).context("demo.json")?;
    for (number, invitation) in invitations.iter().take(devices).enumerate() {
        let device = Device::open(&homes.join(format!("device-{}", number + 1)), Some(KdfCost::TEST))?;
        device.enrol(invitation, PASSPHRASE).await?;
        let own: Vec<&Report> = reports.iter().filter(|report| report.who == number).collect();
        for report in &own {
            record(&device, report)?;
        }
        device.clock.set(None);
        device.sync().await?;
        println!("  demo device {}: {} reports signed, sealed and received", number + 1, own.len());
    }
    Ok(())
}

fn record(device: &Device, report: &Report) -> anyhow::Result<()> {
    device.clock.set(None);
    let year_ago = device.clock.now() - TimeDelta::days(365);
    // A working hour that differs from report to report.
    device.clock.set(Some(year_ago + TimeDelta::days(report.day) + TimeDelta::minutes(report.day * 7 % 480)));
    if !report.joint.is_empty() {
        device.start_inspection(|form| {
            report.fill_place(&mut form.place);
            form.organisations.clone_from(&report.joint);
        })?;
    }
    let picture = if report.photo { Some(ship_at_a_quay()?) } else { None };
    device.record(picture.as_deref(), |form| {
        report.fill_place(&mut form.place);
        form.forms = vec![report.form.clone()];
        form.indicators.clone_from(&report.indicators);
        form.basis = Some(report.basis.clone());
        form.urgency = Some(report.urgency.clone());
        form.actions.clone_from(&report.actions);
        form.level = report.level;
        form.narrative.clone_from(&report.text);
        form.persons = (1..=report.persons).map(person).collect();
        if form.actions.iter().any(|action| action.as_str() == "comensha") {
            let consents = form.persons.iter_mut().flat_map(|person| &mut person.consents);
            for consent in consents.filter(|consent| consent.purpose == "registratie-comensha") {
                "gegeven".clone_into(&mut consent.state);
            }
        }
    })?;
    Ok(device.store()?.close_inspection()?)
}

impl Report {
    fn fill_place(&self, place: &mut PlaceForm) {
        place.kind = Some(self.place.clone());
        place.district.clone_from(&self.district);
        place.exact.name.clone_from(&self.name);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use baken_protocol::vocabulary::Vocabulary;

    #[test]
    fn the_year_holds_the_published_23_reports() {
        let reports: Vec<Report> = serde_json::from_str(include_str!("demo.json")).unwrap();
        let of = |form: &str| reports.iter().filter(|report| report.form.as_str() == form).count();
        assert_eq!((reports.len(), of("seksueel"), of("arbeid"), of("crimineel")), (23, 8, 5, 3));
        let north = |report: &&Report| {
            let district = report.district.as_ref().map_or("", Code::as_str);
            ["WK045301", "WK045302", "WK045303", "WK045304", "WK045305"].contains(&district)
        };
        assert!(reports.iter().filter(north).count() > reports.len() / 2, "most in IJmuiden and Velsen-Noord");
    }

    #[test]
    fn every_code_is_in_the_vocabulary() {
        let vocabulary = Vocabulary::built_in();
        let reports: Vec<Report> = serde_json::from_str(include_str!("demo.json")).unwrap();
        for report in reports {
            assert!(vocabulary.place_kind(report.place.as_str()).is_some(), "{}", report.place);
            assert!(vocabulary.urgency(report.urgency.as_str()).is_some(), "{}", report.urgency);
            for code in &report.actions {
                assert!(vocabulary.action(code.as_str()).is_some(), "{code}");
            }
            for code in &report.indicators {
                assert!(vocabulary.indicator(code.as_str()).is_some(), "{code}");
            }
        }
    }
}
