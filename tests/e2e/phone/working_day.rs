//! A whole working day of two phones: four inspections, two of them together, twenty observations, one amended and one
//! taken back, three contact moments, the network lost and found. Every tap is counted and written beside the pictures
//! (`target/screens/working-day.txt`), so that whoever looks sees which one was too many.

use std::fmt::Write as _;
use std::path::Path;

use super::hand::Hand;
use super::handset::Handset;
use super::shift::enrol;
use crate::backend::Backend;
use crate::screens::folder;

/// What is seen aboard, one after the other: the words, and the answers beside them.
const SEEN: [(&str, &str, &str); 20] = [
    ("Hut 12 op slot van buiten.", "form-arbeid", "urgency-spoed"),
    ("Paspoorten liggen in de la van de stuurman.", "form-arbeid", "urgency-spoed"),
    ("P1 zegt dat hij drie maanden geen loon kreeg.", "form-arbeid", "urgency-regulier"),
    ("Geen rusttijden bijgehouden sinds maart.", "form-arbeid", "urgency-regulier"),
    ("Man in de kombuis mag de wal niet op.", "form-arbeid", "urgency-regulier"),
    ("Hij noemt een schuld bij een bureau.", "form-arbeid", "urgency-regulier"),
    ("Zes man slapen in twee kooien.", "form-arbeid", "urgency-regulier"),
    ("De kok kent zijn werkgever niet.", "form-arbeid", "urgency-informatief"),
    ("Eten is op, water uit een slang.", "form-arbeid", "urgency-regulier"),
    ("Vrouw bij de kassa kijkt steeds naar de deur.", "form-seksueel", "urgency-spoed"),
    ("Een ander antwoordt voor haar.", "form-seksueel", "urgency-spoed"),
    ("Kamer 7: drie koffers, één bed.", "form-seksueel", "urgency-regulier"),
    ("Telefoon ligt bij de beheerder.", "form-seksueel", "urgency-regulier"),
    ("Zij vraagt om een tolk Roemeens.", "form-seksueel", "urgency-regulier"),
    ("Loods zonder nooduitgang, vier matrassen.", "form-arbeid", "urgency-regulier"),
    ("Loon wordt contant op zondag betaald.", "form-arbeid", "urgency-regulier"),
    ("Busje haalt en brengt, elke dag zeven uur.", "form-arbeid", "urgency-regulier"),
    ("Handschoenen op de bon bij de voorman.", "form-arbeid", "urgency-informatief"),
    ("Jongen van misschien zestien aan de band.", "form-arbeid", "urgency-spoed"),
    ("De voorman belt zodra wij binnen zijn.", "form-arbeid", "urgency-informatief"),
];

/// Both phones, and what was written down of the taps.
struct Day<'a> {
    leads: Hand<'a>,
    joins: Hand<'a>,
    seen: std::slice::Iter<'static, (&'static str, &'static str, &'static str)>,
    told: String,
}

impl Day<'_> {
    fn paid(&mut self, what: &str) {
        for (who, hand) in [("leads", &mut self.leads), ("joins", &mut self.joins)] {
            let cost = hand.paid();
            if cost != super::hand::Cost::default() {
                let (taps, swipes, texts) = (cost.taps, cost.swipes, cost.texts);
                writeln!(self.told, "{what} | {who} | {taps} | {swipes} | {texts}").unwrap();
            }
        }
    }

    /// So many observations one after the other, each signed.
    async fn observe(&mut self, by_who_joined: bool, count: usize) {
        for left in (0..count).rev() {
            let (words, form, urgency) = self.seen.next().expect("another");
            let hand = if by_who_joined { &mut self.joins } else { &mut self.leads };
            if left + 1 == count {
                hand.reach("new-observation").await;
            }
            hand.page().wait_until_shown("narrative").await;
            hand.write("narrative", words).await;
            for answer in [form, "basis-waarneming", urgency] {
                hand.reach(answer).await;
            }
            hand.tap("finalise").await;
            hand.page().wait_for("record-state").await;
            hand.tap(if left > 0 { "another-observation" } else { "to-home" }).await;
            self.paid("an observation");
        }
    }

    async fn join(&mut self, folder: &Path) {
        let leads = &mut self.leads;
        leads.tap("together").await;
        leads.page().wait_until_shown("join-qr").await;
        let picture = folder.join("code.png");
        std::fs::write(&picture, leads.page().find("join-qr").await.screenshot_as_png().await.unwrap()).unwrap();
        leads.phone.back().await;
        let joins = &mut self.joins;
        joins.tap("join-inspection").await;
        // In place of the camera, which a test cannot point.
        joins.page().find("join-file").await.send_keys(picture.display().to_string()).await.unwrap();
        joins.cost.taps += 1;
        joins.page().wait_until_shown("join-facts").await;
        joins.tap("join").await;
        joins.page().wait_until_shown("inspection-place").await;
        self.paid("joining");
    }

    async fn send(&mut self) {
        for hand in [&self.leads, &self.joins] {
            let page = hand.page();
            page.open("open-sync", "sync-start").await;
            page.click("sync-start").await;
            page.find_css("[data-testid=\"sending\"][data-sending=\"received\"]").await;
            hand.phone.back().await;
            page.wait_until_shown("new-observation").await;
        }
    }
}

/// The first of the day, and the next of the same party.
async fn begin(hand: &mut Hand<'_>, kind: &str, name: &str, ground: &str) {
    hand.reach(&format!("place-kind-{kind}")).await;
    hand.fill("place-name", name).await;
    hand.reach(&format!("ground-{ground}")).await;
    hand.tap("finalise").await;
    hand.page().wait_until_shown("new-observation").await;
}

async fn end(hand: &mut Hand<'_>, next: bool) {
    hand.reach("close-inspection").await;
    hand.page().wait_until_shown("closing-checks").await;
    hand.tap(if next { "close-and-next" } else { "close-inspection-confirm" }).await;
    hand.page().wait_until_shown(if next { "place-name" } else { "start-inspection" }).await;
}

/// A contact moment at a door; from the second on of whoever was met before.
async fn met(hand: &mut Hand<'_>, first: bool) {
    hand.reach("new-contact").await;
    if first {
        hand.fill("pseudonym", "Roos").await;
        hand.reach("language-Roemeens").await;
    } else {
        hand.page().find_css("[data-testid^=\"who-\"]").await;
        hand.page().click_css("[data-testid^=\"who-\"]").await;
        hand.cost.taps += 1;
    }
    for answer in ["asked-gesprek", "given-kaart", "consent-zorg-gegeven", "follow-up-deze-week"] {
        hand.reach(answer).await;
    }
    hand.tap("finalise").await;
    hand.page().wait_for("record-state").await;
    hand.tap("to-home").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_working_day_of_two_phones_arrives_whole() {
    let folder_of_day = tempfile::tempdir().unwrap();
    let folder_of_day = folder_of_day.path();
    let mut backend = Backend::start(folder_of_day).await;
    let leads = Handset::start(&folder_of_day.join("leads")).await;
    enrol(&leads, &backend.invitation("gemeente-handhaving")).await;
    let joins = Handset::start(&folder_of_day.join("joins")).await;
    enrol(&joins, &backend.invitation("scharlaken-koord")).await;
    let mut day = Day { leads: Hand::on(&leads), joins: Hand::on(&joins), seen: SEEN.iter(), told: String::new() };

    // On the quay there is no network: two ships, together.
    backend.stop();
    day.leads.tap("start-inspection").await;
    begin(&mut day.leads, "vissersschip", "IJM 204 Noordster", "toestemming-bewoner").await;
    day.paid("an inspection begins");
    day.join(folder_of_day).await;
    day.observe(false, 4).await;
    day.observe(true, 2).await;
    end(&mut day.leads, true).await;
    begin(&mut day.leads, "vissersschip", "IJM 31 Hoop", "toestemming-bewoner").await;
    end(&mut day.joins, false).await;
    day.paid("an inspection ends, the next begins");
    day.join(folder_of_day).await;
    day.observe(false, 2).await;
    day.observe(true, 1).await;
    end(&mut day.joins, false).await;
    end(&mut day.leads, false).await;
    day.paid("an inspection ends");

    // In the canteen there is one.
    backend.serve().await;
    day.send().await;
    day.leads.reach("start-inspection").await;
    begin(&mut day.leads, "hotel", "Hotel aan de sluis", "toestemming-bewoner").await;
    day.paid("an inspection begins");
    backend.stop();
    day.observe(false, 5).await;
    for first in [true, false, false] {
        met(&mut day.joins, first).await;
        day.paid("a contact moment");
    }
    corrected(&mut day).await;
    end(&mut day.leads, true).await;
    begin(&mut day.leads, "loods", "Loods 4", "awb-5-15").await;
    day.paid("an inspection ends, the next begins");
    day.observe(false, 6).await;
    end(&mut day.leads, false).await;
    day.paid("an inspection ends");

    backend.serve().await;
    day.send().await;
    let waits =
        day.leads.page().script("return document.querySelector('[data-testid=count-waits]')?.textContent").await;
    assert!(waits.is_null() || waits.as_str().is_some_and(|text| !text.contains(char::is_numeric)), "{waits}");
    std::fs::write(folder().join("working-day.txt"), &day.told).unwrap();
    leads.close().await;
    joins.close().await;
    all_of_it_arrived(folder_of_day);
}

/// What was seen last at the hotel is amended, and the one before it is taken back.
async fn corrected(day: &mut Day<'_>) {
    let hand = &mut day.leads;
    let page = hand.page();
    hand.reach("open-records").await;
    hand.reach("record").await;
    hand.reach("amend").await;
    hand.fill("reason", "Taal verkeerd verstaan").await;
    hand.page().fill("narrative", "Zij vraagt om een tolk Bulgaars.").await;
    hand.cost.texts += 1;
    hand.tap("finalise").await;
    page.wait_until_shown("to-home").await;
    hand.tap("to-home").await;
    day.paid("an amendment");
    let hand = &mut day.leads;
    hand.reach("open-records").await;
    page.wait_for("records").await;
    page.script("document.querySelectorAll('[data-testid=record]')[1].click()").await;
    hand.cost.taps += 1;
    page.wait_for("record-state").await;
    hand.reach("to-retract").await;
    hand.fill("reason", "Hoort bij de kamer ernaast").await;
    hand.tap("retract").await;
    hand.tap("retract-confirm").await;
    page.wait_for("record-retracted").await;
    hand.phone.back().await;
    page.wait_for("records").await;
    hand.phone.back().await;
    page.wait_until_shown("new-observation").await;
    day.paid("a retraction");
}

fn all_of_it_arrived(folder: &Path) {
    let register = rusqlite::Connection::open(folder.join("backend/register.sqlite")).unwrap();
    let sql = "SELECT kind || ' ' || action, count(*) FROM operations WHERE quarantined = 0 GROUP BY 1 ORDER BY 1";
    let mut statement = register.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))).unwrap();
    let arrived: Vec<_> = rows.map(Result::unwrap).collect();
    let arrived = arrived.iter().map(|(what, count)| (what.as_str(), *count)).collect::<Vec<_>>();
    assert_eq!(
        arrived,
        [
            ("contact create", 3),
            ("inspection create", 4),
            ("observation amend", 1),
            ("observation create", 20),
            ("observation retract", 1),
            // Whoever joined twice joins and is done twice; whoever leads is done four times.
            ("participation create", 8),
        ]
    );
}
