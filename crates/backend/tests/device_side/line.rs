//! The inbox as a whole: whatever devices signed, in whatever order it came, each page of it is what a slow and simple
//! reading of all operations and acts says, and so are the numbers above it.

use std::collections::BTreeMap;

use baken_backend::register::{ActError, Outcome, Terms, WantedAct, WorkCounts, act, observations, reckon_here};
use baken_backend::storage::{Apart, Clearance, Filter, InHand, Order, PageRequest, StorageError, UnitOfWork, Work};
use baken_protocol::ids::{EntityId, OperationId};
use baken_protocol::outcomes::Question;
use baken_protocol::record::{Action, ConfidentialityLevel, OpenPart};
use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

use crate::backend::Backend;
use crate::device::{Device, Record};

const URGENCIES: [&str; 5] = ["acuut", "spoed", "regulier", "informatief", "nieuw"];
const DISTRICTS: [&str; 3] = ["WK045301", "WK045302", "WK045303"];
const FORMS: [&str; 2] = ["arbeid", "seksueel"];
const LEVELS: [ConfidentialityLevel; 3] =
    [ConfidentialityLevel::Team, ConfidentialityLevel::Care, ConfidentialityLevel::Own];

/// One operation as the simple reading knows it.
struct Said {
    came: usize,
    record: Record,
    received_at: DateTime<Utc>,
    quarantined: bool,
}

/// An observation: whose, about what, at which level, set apart or not.
type Name = (String, EntityId, &'static str, bool);

fn name(said: &Said) -> Name {
    let operation = &said.record.operation;
    (operation.device.to_string(), operation.entity, open(said).level.code(), said.quarantined)
}

/// How observations are in hand, as the simple reading has it.
type InHands = BTreeMap<Name, InHand>;

/// Something is done about one of them, if it can be; one who sees everything does it.
fn something_is_done(backend: &Backend, said: &[Said], in_hands: &mut InHands, random: &mut Rng) {
    let it = &said[random.usize(0..said.len())];
    let organisation = "gemeente-handhaving".to_owned();
    let clearance = Clearance { team: true, care: true, organisation };
    let in_hand = in_hands.entry(name(it)).or_default();
    let wanted = match random.usize(0..11) {
        0..3 => WantedAct::TakeOn,
        3 => WantedAct::PutBack,
        4..7 => WantedAct::Handle(Outcome::NoFollowUp),
        7 => WantedAct::Reopen,
        8..10 => WantedAct::Ask(Question::ALL[random.usize(0..Question::ALL.len())]),
        _ => WantedAct::Answer,
    };
    let (actor, now) = (["wie", "ander"][random.usize(0..2)], backend.environment.clock.now());
    // Whoever is done with it names what a list shows.
    let shown = backend.storage.read(|tx| {
        let row = tx.standing_of(it.record.operation.id())?;
        row.map_or(Ok(None), |row| tx.record_numbered(row.shown))
    });
    let known = (shown.unwrap().unwrap(), in_hand.acts);
    let done = backend.storage.write(|tx| act(tx, &clearance, known, &wanted, (actor, now)));
    let possible = match &wanted {
        WantedAct::TakeOn => in_hand.handled_at.is_none() && in_hand.holder.as_deref() != Some(actor),
        WantedAct::PutBack => in_hand.holder.is_some(),
        WantedAct::Handle(_) => in_hand.handled_at.is_none(),
        WantedAct::Reopen => in_hand.handled_at.is_some(),
        WantedAct::Ask(_) => in_hand.handled_at.is_none() && in_hand.question.is_none(),
        WantedAct::Answer => in_hand.question.is_some(),
    };
    if !possible {
        assert!(matches!(done, Err(ActError::NotNow)), "{wanted:?} {in_hand:?} {done:?}");
        return;
    }
    in_hand.acts += 1;
    match wanted {
        WantedAct::TakeOn => in_hand.holder = Some(actor.to_owned()),
        WantedAct::PutBack => in_hand.holder = None,
        WantedAct::Handle(_) => *in_hand = InHand { acts: in_hand.acts, handled_at: Some(now), ..InHand::default() },
        WantedAct::Reopen => in_hand.handled_at = None,
        WantedAct::Ask(question) => in_hand.question = Some(question),
        WantedAct::Answer => in_hand.question = None,
    }
    assert_eq!(&done.unwrap().in_hand, in_hand);
}

async fn register(seed: u64) -> (Backend, Vec<Said>, InHands) {
    let mut in_hands = InHands::new();
    let mut random = Rng::with_seed(seed);
    let backend = Backend::new();
    let (mut devices, mut said) = (Vec::new(), Vec::<Said>::new());
    for label in ["Boa 1", "Boa 2", "Boa 3"] {
        devices.push((Device::enrolled(&backend, label).await, 1, None, false));
    }
    let entities: Vec<EntityId> = (0..25).map(|_| EntityId(backend.environment.uuid())).collect();
    for round in 0..24 {
        backend.pass(TimeDelta::minutes(random.i64(0..1000)));
        let index = random.usize(0..devices.len());
        let (device, seq, last, revoked) = &mut devices[index];
        if round == 16 && !*revoked {
            backend.tamper(&format!("UPDATE devices SET revoked_at = enrolled_at WHERE device = '{}'", device.id));
            *revoked = true;
        }
        let records: Vec<Record> = (0..random.usize(1..7)).map(|_| record(device, &entities, &mut random)).collect();
        let batch = device.batch(*seq, *last, &records);
        let answer = device.send(&backend, &batch, &records).await;
        assert!(answer.status.is_success(), "{}", answer.json());
        (*seq, *last) = (*seq + 1, Some(device.hash(&batch)));
        let received_at = backend.environment.clock.now();
        for record in records {
            said.push(Said { came: said.len(), record, received_at, quarantined: *revoked });
            let in_hand = in_hands.entry(name(&said[said.len() - 1])).or_default();
            if in_hand.handled_at.is_some() {
                *in_hand = InHand { acts: in_hand.acts + 1, ..InHand::default() };
            } else if in_hand.question.take().is_some() {
                in_hand.acts += 1;
            }
        }
        for _ in 0..4 {
            backend.pass(TimeDelta::minutes(1));
            something_is_done(&backend, &said, &mut in_hands, &mut random);
        }
    }
    (backend, said, in_hands)
}

fn record(device: &Device, entities: &[EntityId], random: &mut Rng) -> Record {
    fn one<T: Copy>(of: &[T], random: &mut Rng) -> T {
        of[random.usize(0..of.len())]
    }
    let mut record = device.record(&[]).at_level(one(&LEVELS, random));
    record.operation.entity = one(entities, random);
    record.operation.action = one(&[Action::Create, Action::Create, Action::Amend, Action::Retract], random);
    record.operation.observed_at -= TimeDelta::days(random.i64(0..5));
    let OpenPart::Observation(open) = &mut record.operation.open else { panic!("an observation") };
    open.urgency = one(&URGENCIES, random).parse().unwrap();
    open.district = Some(one(&DISTRICTS, random).parse().unwrap());
    open.forms = vec![one(&FORMS, random).parse().unwrap()];
    record
}

/// What the simple reading says of one observation.
struct Stands<'a> {
    said: Vec<&'a Said>,
    urgency: &'a str,
    urgent_since: DateTime<Utc>,
    due_at: Option<DateTime<Utc>>,
    shown: &'a Said,
    in_hand: &'a InHand,
}

fn open(said: &Said) -> &baken_protocol::record::OpenObservation {
    let OpenPart::Observation(open) = &said.record.operation.open else { panic!("an observation") };
    open
}

fn stand<'a>(all: &'a [Said], in_hands: &'a InHands, terms: &Terms) -> BTreeMap<Name, Stands<'a>> {
    let mut by_name: BTreeMap<Name, Vec<&Said>> = BTreeMap::new();
    for it in all {
        by_name.entry(name(it)).or_default().push(it);
    }
    let stands = by_name.into_iter().map(|(name, said)| {
        let rank = |it: &&&Said| URGENCIES.iter().position(|code| *code == open(it).urgency.as_str()).unwrap();
        let strictest = said.iter().min_by_key(|it| (rank(it), it.came)).unwrap();
        let dues = said.iter().filter_map(|it| terms.due_at(open(it).urgency.as_str(), it.received_at));
        let says = said.iter().rev().find(|it| it.record.operation.action != Action::Retract);
        let urgency = open(strictest).urgency.as_str();
        let stands = Stands {
            urgency: if urgency == "nieuw" { "" } else { urgency },
            urgent_since: strictest.received_at,
            due_at: dues.min(),
            shown: says.unwrap_or_else(|| said.last().unwrap()),
            in_hand: &in_hands[&name],
            said,
        };
        (name, stands)
    });
    stands.collect()
}

impl Stands<'_> {
    fn fits(&self, filter: &Filter, clearance: &Clearance) -> bool {
        let has = |list: &[String], code: &str| list.is_empty() || list.iter().any(|it| it == code);
        let seen = match open(self.shown).level {
            ConfidentialityLevel::Team => clearance.team,
            ConfidentialityLevel::Care => clearance.care,
            ConfidentialityLevel::Own => clearance.organisation == "gemeente-handhaving",
        };
        seen && self.said.iter().any(|it| {
            let (operation, open) = (&it.record.operation, open(it));
            has(&filter.districts, open.district.as_ref().unwrap().as_str())
                && has(&filter.forms, open.forms[0].as_str())
                && has(&filter.levels, open.level.code())
                && has(&filter.devices, &operation.device.to_string())
                && filter.from.is_none_or(|from| operation.observed_at >= from)
                && filter.until.is_none_or(|until| operation.observed_at < until)
        })
    }

    fn asked(&self, filter: &Filter) -> bool {
        filter.urgencies.is_empty() || filter.urgencies.iter().any(|it| it == self.urgency)
    }

    fn works(&self, work: Work) -> bool {
        let InHand { holder, handled_at, .. } = self.in_hand;
        match work {
            Work::Open => handled_at.is_none(),
            Work::Mine => holder.as_deref() == Some("wie"),
            Work::Handled => handled_at.is_some(),
            Work::All => true,
        }
    }

    /// Its place in the line: what is less comes first.
    fn place(&self, order: Order) -> (u8, i64, std::cmp::Reverse<usize>) {
        let last_first = std::cmp::Reverse(self.shown.came);
        let handled_at = self.in_hand.handled_at;
        let (group, at) = match order {
            Order::Received => (1, -self.shown.received_at.timestamp_millis()),
            Order::Due if handled_at.is_some() => (2, -handled_at.unwrap().timestamp_millis()),
            Order::Due if self.urgency == "acuut" => (0, -self.urgent_since.timestamp_millis()),
            Order::Due => (1, self.due_at.map_or(i64::MAX, |due| due.timestamp_millis())),
        };
        (group, at, last_first)
    }
}

fn filters(random: &mut Rng, said: &[Said]) -> Filter {
    let mut some = |list: &[&str]| -> Vec<String> {
        list.iter().filter(|_| random.f64() < 0.2).map(|&it| it.to_owned()).collect()
    };
    let (districts, forms, urgencies) = (some(&DISTRICTS), some(&FORMS), some(&URGENCIES[..4]));
    let levels = some(&["team", "zorg", "eigen"]);
    let device = said[random.usize(0..said.len())].record.operation.device.to_string();
    let devices = if random.f64() < 0.2 { vec![device] } else { vec![] };
    let day: DateTime<Utc> = crate::backend::BEGIN.parse().unwrap();
    let from = (random.f64() < 0.2).then(|| day - TimeDelta::days(random.i64(0..5)));
    let until = (random.f64() < 0.2).then(|| day - TimeDelta::days(random.i64(0..3)));
    let apart = [Apart::Out, Apart::Only, Apart::Along][random.usize(0..3)];
    let work = [Work::Open, Work::Mine, Work::Handled, Work::All][random.usize(0..4)];
    Filter { forms, districts, urgencies, levels, devices, from, until, apart, work, ..Filter::default() }
}

#[tokio::test]
async fn every_page_of_any_list_is_what_a_reading_of_all_operations_says() {
    for seed in 0..3 {
        let (backend, said, in_hands) = register(seed).await;
        let terms = backend.state.terms();
        let stands = stand(&said, &in_hands, &terms);
        backend.assert_holds();
        let mut random = Rng::with_seed(seed + 100);
        let mut listed = 0;
        for asked in 0..250 {
            let filter = if asked == 0 { Filter::default() } else { filters(&mut random, &said) };
            let filter = Filter { asker: "wie".to_owned(), ..filter };
            let organisation = ["gemeente-handhaving", "politie"][random.usize(0..2)].to_owned();
            let clearance = Clearance { team: (random.f64() < 0.8), care: (random.f64() < 0.7), organisation };
            let order = [Order::Due, Order::Received][random.usize(0..2)];

            let fit: Vec<_> = stands.iter().filter(|(_, it)| it.fits(&filter, &clearance)).collect();
            let works = |it: &&Stands<'_>| it.works(filter.work);
            let apart = fit.iter().filter(|((.., apart), it)| *apart && it.asked(&filter) && works(it)).count() as u64;
            let fit: Vec<_> = fit
                .into_iter()
                .filter(|((.., apart), _)| match filter.apart {
                    Apart::Out => !apart,
                    Apart::Only => *apart,
                    Apart::Along => true,
                })
                .map(|(_, it)| it)
                .collect();
            let count = |work| fit.iter().filter(|it| it.works(work) && it.asked(&filter)).count() as u64;
            let work_counts =
                WorkCounts { open: count(Work::Open), mine: count(Work::Mine), handled: count(Work::Handled) };
            let fit: Vec<_> = fit.into_iter().filter(works).collect();
            let mut counts = BTreeMap::new();
            for it in fit.iter().filter(|it| !it.urgency.is_empty()) {
                *counts.entry(it.urgency.to_owned()).or_insert(0_u64) += 1;
            }
            let mut line: Vec<_> = fit.into_iter().filter(|it| it.asked(&filter)).collect();
            line.sort_by_key(|it| it.place(order));
            let expected: Vec<OperationId> = line.iter().map(|it| it.shown.record.operation.operation).collect();

            let mut pages = Vec::new();
            let limit = random.u32(1..9);
            let mut request = PageRequest { filter: filter.clone(), order, after: None, limit };
            for _ in 0..=said.len() {
                let page = backend.storage.read(|tx| observations(tx, &terms, &clearance, &request)).unwrap();
                assert_eq!(page.total, expected.len() as u64, "{filter:?} {clearance:?}");
                assert_eq!((page.apart, &page.urgency_counts), (apart, &counts), "{filter:?} {clearance:?}");
                assert_eq!(page.work_counts, work_counts, "{filter:?} {clearance:?}");
                assert!(page.counts_are_exact);
                pages.extend(page.items.iter().map(|item| item.signed.operation));
                request.after = page.next;
                if request.after.is_none() {
                    break;
                }
            }
            assert_eq!(pages, expected, "{order:?} {filter:?} {clearance:?}");
            listed += pages.len();
        }
        assert!(listed > 500, "the lists were not empty: {listed}");
    }
}

/// Whoever comes from a version that kept no standings, or reckoned by other terms, has the same list afterwards.
#[tokio::test]
async fn what_is_made_anew_from_all_operations_is_what_was_kept_with_each() {
    let (backend, ..) = register(7).await;
    let rows = |backend: &Backend| -> [String; 3] {
        [
            "SELECT group_concat(number || coalesce(CAST(standing AS text), ''), ' ' ORDER BY number) FROM operations",
            "SELECT group_concat(concat_ws(' ', number, shown, shown_to, quarantined, urgency, urgent_since, due_at,
                                           received_at, amended_at, retracted_at, acts, holder, handled_at), ';' ORDER BY number) FROM standings",
            "SELECT group_concat(concat_ws(' ', shown_to, quarantined, urgency, handled, observations), ';'
                                 ORDER BY shown_to, quarantined, urgency, handled) FROM standing_counts WHERE observations > 0",
        ]
        .map(|sql| backend.one(sql))
    };
    let before = rows(&backend);
    let reckon = || backend.storage.write::<_, StorageError>(reckon_here).unwrap();
    assert!(!reckon(), "nothing is done where the terms are the same");
    for lost in [
        "UPDATE reckoning SET terms = 'others'",
        "DELETE FROM standings; DELETE FROM standing_counts; DELETE FROM reckoning; UPDATE operations SET standing = NULL",
        "UPDATE standings SET due_at = NULL, urgency = '', acts = 7, holder = 'x', handled_at = NULL; DELETE FROM standing_counts; UPDATE reckoning SET terms = ''",
    ] {
        backend.tamper_batch(lost);
        assert!(reckon());
        assert_eq!(rows(&backend), before);
        backend.assert_holds();
    }
}
