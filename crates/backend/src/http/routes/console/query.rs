//! What the query of a list says: everything that is wrong with it is told at once. And how it stands in the audit
//! log, so that what somebody was shown can be found again.

use baken_protocol::ids::EntityReference;
use baken_protocol::vocabulary::Vocabulary;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use uuid::Uuid;

use crate::http::problem::{FieldProblem, FieldProblemCode, Problem};
use crate::storage::{
    Apart, ArrivalCursor, Cursor, DeviceCursor, DeviceRequest, Filter, InspectionRequest, Order, PageRequest,
    ReportRequest, ReportWork, TaskCursor, TaskRequest, Work,
};
use crate::time_zone::TimeZone;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;
/// Hexadecimal digits of the number that a record goes by among people.
const NUMBER_DIGITS: usize = 8;
/// Bytes of a parameter's value, at most: hundreds of ids.
pub(in crate::http::routes) const VALUE_BYTES: usize = 8192;
/// Characters of a query in the audit log, at most: whoever asks for much must not fill it.
const AUDITED_CHARS: usize = 500;

/// Reads the query of the inbox.
pub(super) fn observations(query: &str, asker: &str, zone: TimeZone) -> Result<PageRequest, Problem> {
    let vocabulary = Vocabulary::built_in();
    let mut request = PageRequest::first(Filter { asker: asker.to_owned(), ..Filter::default() }, DEFAULT_LIMIT);
    let mut wrong = wrong_fields(query, |key, value| take(&vocabulary, zone, &mut request, key, value));
    let another_order = request.after.as_ref().is_some_and(|cursor| cursor.order != request.order);
    if another_order && !wrong.iter().any(|field| field.field == "order") {
        wrong.push(FieldProblem::new("cursor", FieldProblemCode::Invalid));
    }
    if wrong.is_empty() { Ok(request) } else { Err(Problem::invalid(wrong)) }
}

/// Reads the query of the list of inspections.
pub(super) fn inspections(query: &str) -> Result<InspectionRequest, Problem> {
    let mut request = InspectionRequest { entities: Vec::new(), after: None, limit: DEFAULT_LIMIT };
    let wrong = wrong_fields(query, |key, value| {
        match key {
            "entity" => entities(&mut request.entities, value)?,
            "cursor" => request.after = Some(ArrivalCursor::parse(value).ok_or(FieldProblemCode::Invalid)?),
            "limit" => request.limit = limit(value)?,
            _ => return Err(FieldProblemCode::Unknown),
        }
        Ok(())
    });
    if wrong.is_empty() { Ok(request) } else { Err(Problem::invalid(wrong)) }
}

/// Reads the query of the list of devices.
pub(super) fn devices(query: &str) -> Result<DeviceRequest, Problem> {
    let mut request = DeviceRequest::first(DEFAULT_LIMIT);
    let wrong = wrong_fields(query, |key, value| {
        match key {
            "cursor" => request.after = Some(DeviceCursor::parse(value).ok_or(FieldProblemCode::Invalid)?),
            "limit" => request.limit = limit(value)?,
            _ => return Err(FieldProblemCode::Unknown),
        }
        Ok(())
    });
    if wrong.is_empty() { Ok(request) } else { Err(Problem::invalid(wrong)) }
}

/// Reads the query of the list of reports.
pub(super) fn reports(query: &str, asker: &str) -> Result<ReportRequest, Problem> {
    let (work, after) = (ReportWork::default(), None);
    let mut request = ReportRequest { work, asker: asker.to_owned(), after, limit: DEFAULT_LIMIT };
    let wrong = wrong_fields(query, |key, value| {
        match key {
            "state" => {
                request.work = match value {
                    "open" => ReportWork::Open,
                    "mine" => ReportWork::Mine,
                    "closed" => ReportWork::Closed,
                    "all" => ReportWork::All,
                    _ => return Err(FieldProblemCode::Invalid),
                }
            }
            "cursor" => request.after = Some(value.parse().map_err(|_| FieldProblemCode::Invalid)?),
            "limit" => request.limit = limit(value)?,
            _ => return Err(FieldProblemCode::Unknown),
        }
        Ok(())
    });
    if wrong.is_empty() { Ok(request) } else { Err(Problem::invalid(wrong)) }
}

/// Reads the query of the list of tasks.
pub(super) fn tasks(query: &str, asker: &str) -> Result<TaskRequest, Problem> {
    let mut request = TaskRequest { of: Some(asker.to_owned()), after: None, limit: DEFAULT_LIMIT };
    let wrong = wrong_fields(query, |key, value| {
        match key {
            "of" => {
                request.of = match value {
                    "me" => Some(asker.to_owned()),
                    "all" => None,
                    _ => return Err(FieldProblemCode::Invalid),
                }
            }
            "cursor" => request.after = Some(TaskCursor::parse(value).ok_or(FieldProblemCode::Invalid)?),
            "limit" => request.limit = limit(value)?,
            _ => return Err(FieldProblemCode::Unknown),
        }
        Ok(())
    });
    if wrong.is_empty() { Ok(request) } else { Err(Problem::invalid(wrong)) }
}

/// Reads the query of what is fetched to be searched: everything, the last received first.
pub(super) fn sealed_parts(query: &str, asker: &str) -> Result<PageRequest, Problem> {
    let filter = Filter { asker: asker.to_owned(), work: Work::All, ..Filter::default() };
    let mut request = PageRequest { order: Order::Received, ..PageRequest::first(filter, DEFAULT_LIMIT) };
    let mut wrong = wrong_fields(query, |key, value| {
        match key {
            "cursor" => request.after = Some(Cursor::parse(value).ok_or(FieldProblemCode::Invalid)?),
            "limit" => {
                let wanted = limit(value)?;
                if wanted > DEFAULT_LIMIT {
                    return Err(FieldProblemCode::Invalid);
                }
                request.limit = wanted;
            }
            _ => return Err(FieldProblemCode::Unknown),
        }
        Ok(())
    });
    if request.after.as_ref().is_some_and(|cursor| cursor.order != Order::Received) {
        wrong.push(FieldProblem::new("cursor", FieldProblemCode::Invalid));
    }
    if wrong.is_empty() { Ok(request) } else { Err(Problem::invalid(wrong)) }
}

/// Reads the number that a record goes by among people, as `BE57-3AE2`: the end of its id, small and without the stroke.
pub(super) fn number(query: &str) -> Result<String, Problem> {
    let mut end = None;
    let mut wrong = wrong_fields(query, |key, value| match key {
        "number" => {
            let digits: String = value.chars().filter(|it| *it != '-').map(|it| it.to_ascii_lowercase()).collect();
            let is_number = digits.len() == NUMBER_DIGITS && digits.bytes().all(|it| it.is_ascii_hexdigit());
            end = Some(is_number.then_some(digits).ok_or(FieldProblemCode::Invalid)?);
            Ok(())
        }
        _ => Err(FieldProblemCode::Unknown),
    });
    if end.is_none() && wrong.is_empty() {
        wrong.push(FieldProblem::new("number", FieldProblemCode::Required));
    }
    match end {
        Some(end) if wrong.is_empty() => Ok(end),
        _ => Err(Problem::invalid(wrong)),
    }
}

/// What the audit line tells of a page: what was asked, after which record, and how many were shown.
pub(super) fn listed(mut asked: Vec<(&str, String)>, after: Option<String>, shown: usize) -> String {
    asked.extend(after.map(|record| ("after", record)));
    let asked: Vec<String> = asked.iter().map(|(name, value)| format!("{name}={value} ")).collect();
    let query: String = asked.concat().chars().take(AUDITED_CHARS).collect();
    let cut = if query.len() < asked.concat().len() { "… " } else { "" };
    format!("{query}{cut}{shown} shown")
}

/// Gives every parameter that is not empty to `take`; answers each that is refused, once.
fn wrong_fields(query: &str, mut take: impl FnMut(&str, &str) -> Result<(), FieldProblemCode>) -> Vec<FieldProblem> {
    let mut wrong: Vec<FieldProblem> = Vec::new();
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
        let taken = if value.len() > VALUE_BYTES { Err(FieldProblemCode::TooLong) } else { take(&key, &value) };
        if let Err(code) = taken
            && !wrong.iter().any(|known| known.field == key)
        {
            wrong.push(FieldProblem::new(&key, code));
        }
    }
    wrong
}

fn take(
    vocabulary: &Vocabulary,
    zone: TimeZone,
    request: &mut PageRequest,
    key: &str,
    value: &str,
) -> Result<(), FieldProblemCode> {
    let filter = &mut request.filter;
    match key {
        "form" => codes(&mut filter.forms, value, |code| vocabulary.exploitation_form(code).is_some()),
        "district" => codes(&mut filter.districts, value, |code| vocabulary.district(code).is_some()),
        "urgency" => codes(&mut filter.urgencies, value, |code| vocabulary.urgency(code).is_some()),
        "placeKind" => codes(&mut filter.place_kinds, value, |code| vocabulary.place_kind(code).is_some()),
        "level" => codes(&mut filter.levels, value, |code| vocabulary.level(code).is_some()),
        "device" => ids(&mut filter.devices, value),
        "inspection" => entities(&mut filter.inspections, value),
        "from" => day(value, |date| zone.start_of(date)).map(|from| filter.from = Some(from)),
        "to" => day(value, |date| zone.end_of(date)).map(|until| filter.until = Some(until)),
        "apart" if value == "only" => {
            filter.apart = Apart::Only;
            Ok(())
        }
        "apart" => Err(FieldProblemCode::Invalid),
        "handling" => Work::parse(value).map(|work| filter.work = work).ok_or(FieldProblemCode::Invalid),
        "order" => Order::parse(value).map(|order| request.order = order).ok_or(FieldProblemCode::Invalid),
        "cursor" => Cursor::parse(value).map(|cursor| request.after = Some(cursor)).ok_or(FieldProblemCode::Invalid),
        "limit" => limit(value).map(|limit| request.limit = limit),
        _ => Err(FieldProblemCode::Unknown),
    }
}

fn values(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').filter(|value| !value.is_empty())
}

fn add(to: &mut Vec<String>, value: String) {
    if !to.contains(&value) {
        to.push(value);
    }
}

fn codes(to: &mut Vec<String>, list: &str, is_known: impl Fn(&str) -> bool) -> Result<(), FieldProblemCode> {
    for code in values(list) {
        add(to, is_known(code).then(|| code.to_owned()).ok_or(FieldProblemCode::Unknown)?);
    }
    Ok(())
}

fn ids(to: &mut Vec<String>, list: &str) -> Result<(), FieldProblemCode> {
    for id in values(list) {
        add(to, id.parse::<Uuid>().map_err(|_| FieldProblemCode::Invalid)?.to_string());
    }
    Ok(())
}

fn entities(to: &mut Vec<EntityReference>, list: &str) -> Result<(), FieldProblemCode> {
    for entity in values(list) {
        let entity = entity.parse().map_err(|_| FieldProblemCode::Invalid)?;
        if !to.contains(&entity) {
            to.push(entity);
        }
    }
    Ok(())
}

fn limit(value: &str) -> Result<u32, FieldProblemCode> {
    let limit = value.parse().map_err(|_| FieldProblemCode::Invalid)?;
    if (1..=MAX_LIMIT).contains(&limit) { Ok(limit) } else { Err(FieldProblemCode::OutOfRange) }
}

/// Where a day begins or ends. Only years of four digits: the register compares times as text.
fn day(text: &str, bound: impl Fn(NaiveDate) -> Option<DateTime<Utc>>) -> Result<DateTime<Utc>, FieldProblemCode> {
    let date: NaiveDate = text.parse().map_err(|_| FieldProblemCode::Invalid)?;
    let written = |year: i32| (0..=9999).contains(&year);
    bound(date).filter(|at| written(date.year()) && written(at.year())).ok_or(FieldProblemCode::OutOfRange)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::storage::Position;

    const DEVICE: &str = "019f0000-0000-7000-8000-000000000001";

    fn position(order: Order) -> Cursor {
        let position = Position { group: 1, at: i64::MAX };
        Cursor { order, position, device: DEVICE.into(), operation: DEVICE.into() }
    }

    fn wrong(query: &str) -> Vec<(String, FieldProblemCode)> {
        let problem =
            observations(query, "wie", TimeZone::default()).err().map(|problem| problem.errors).unwrap_or_default();
        problem.into_iter().map(|field| (field.field, field.code)).collect()
    }

    #[test]
    fn takes_every_filter_once_however_it_is_repeated() {
        let query = format!(
            "form=arbeid,seksueel&form=arbeid&district=WK045301&urgency=spoed&placeKind=hotel&level=zorg\
             &device={}&inspection={DEVICE}.{DEVICE}&from=2026-11-01&to=2026-11-30&order=received&limit=200&apart=only&handling=mine",
            DEVICE.to_uppercase()
        );
        let request = observations(&query, "wie", TimeZone::default()).unwrap();
        let filter = &request.filter;
        assert_eq!(filter.forms, ["arbeid", "seksueel"]);
        let others = [&filter.districts, &filter.urgencies, &filter.place_kinds, &filter.levels];
        assert_eq!(others.map(|list| list.join(" ")), ["WK045301", "spoed", "hotel", "zorg"]);
        assert_eq!((filter.devices.concat(), filter.inspections.len()), (DEVICE.into(), 1));
        let times = [filter.from, filter.until].map(|time| time.unwrap().to_rfc3339());
        assert_eq!(times, ["2026-10-31T23:00:00+00:00", "2026-11-30T23:00:00+00:00"], "days of Amsterdam");
        assert_eq!((request.order, request.limit, filter.apart), (Order::Received, 200, Apart::Only));
        assert_eq!((filter.work, filter.asker.as_str()), (Work::Mine, "wie"));
        assert_eq!(wrong("form=&device=&cursor=&limit="), [], "what is empty filters nothing");
    }

    #[test]
    fn tells_every_wrong_field_at_once_and_each_once() {
        let query = "form=arbeid,x&form=y&district=WK045399&urgency=ooit&placeKind=maan&level=geheim&device=7\
                     &inspection=x&from=gisteren&to=2026-02-30&order=urgent&cursor=x&limit=201&q=naam&apart=along&handling=done";
        let expected = [
            ("form", FieldProblemCode::Unknown),
            ("district", FieldProblemCode::Unknown),
            ("urgency", FieldProblemCode::Unknown),
            ("placeKind", FieldProblemCode::Unknown),
            ("level", FieldProblemCode::Unknown),
            ("device", FieldProblemCode::Invalid),
            ("inspection", FieldProblemCode::Invalid),
            ("from", FieldProblemCode::Invalid),
            ("to", FieldProblemCode::Invalid),
            ("order", FieldProblemCode::Invalid),
            ("cursor", FieldProblemCode::Invalid),
            ("limit", FieldProblemCode::OutOfRange),
            ("q", FieldProblemCode::Unknown),
            ("apart", FieldProblemCode::Invalid),
            ("handling", FieldProblemCode::Invalid),
        ];
        assert_eq!(wrong(query), expected.map(|(field, code)| (field.to_owned(), code)));
        let inspections = inspections("entity=7&cursor=x&limit=0&form=arbeid").unwrap_err().errors;
        let fields: Vec<_> = inspections.iter().map(|field| (field.field.as_str(), field.code)).collect();
        assert_eq!(
            fields,
            [
                ("entity", FieldProblemCode::Invalid),
                ("cursor", FieldProblemCode::Invalid),
                ("limit", FieldProblemCode::OutOfRange),
                ("form", FieldProblemCode::Unknown)
            ]
        );
    }

    #[test]
    fn a_value_has_as_many_bytes_as_the_description_says() {
        let ids = |bytes: usize| format!("device={}", ",".repeat(bytes));
        assert_eq!(wrong(&ids(VALUE_BYTES)), []);
        assert_eq!(wrong(&ids(VALUE_BYTES + 1)), [("device".to_owned(), FieldProblemCode::TooLong)]);
    }

    #[test]
    fn a_day_that_cannot_be_compared_is_refused_by_name() {
        for field in ["from", "to"] {
            for far in ["%2B262142-12-31", "%2B10000-01-01", "-0001-06-01"] {
                assert_eq!(
                    wrong(&format!("{field}={far}")),
                    [(field.to_owned(), FieldProblemCode::OutOfRange)],
                    "{far}"
                );
            }
            assert_eq!(wrong(&format!("{field}=0002-01-01")), [], "a year that is being typed");
        }
        assert_eq!(wrong("from=9999-12-31"), []);
        assert_eq!(wrong("to=9999-12-31"), [], "it ends an hour before the year does in UTC");
        let utc: TimeZone = "UTC".parse().unwrap();
        assert!(observations("to=9999-12-31", "wie", utc).is_err());
    }

    #[test]
    fn a_cursor_serves_the_order_it_was_made_in_only() {
        let cursor = |order| position(order).to_text();
        let (due, received) = (cursor(Order::Due), cursor(Order::Received));
        assert_eq!(wrong(&format!("cursor={due}")), []);
        assert_eq!(wrong(&format!("cursor={received}&order=received")), []);
        assert_eq!(wrong(&format!("cursor={received}")), [("cursor".to_owned(), FieldProblemCode::Invalid)]);
        let record = format!("{DEVICE}.{DEVICE}").parse().unwrap();
        let arrived = ArrivalCursor { received_at: DateTime::UNIX_EPOCH, record }.to_text();
        assert!(inspections(&format!("cursor={arrived}")).is_ok());
        assert!(inspections(&format!("cursor={received}")).is_err(), "another list's");
        assert_eq!(
            wrong(&format!("cursor={arrived}&order=received")),
            [("cursor".to_owned(), FieldProblemCode::Invalid)]
        );
    }

    #[test]
    fn the_audit_log_tells_what_was_asked_and_never_at_length() {
        let request =
            observations("form=arbeid,seksueel&from=2026-11-01&to=2026-11-30&handling=all", "wie", TimeZone::default())
                .unwrap();
        let told = listed(request.filter.terms(TimeZone::default()), None, 7);
        assert_eq!(told, "form=arbeid,seksueel from=2026-11-01 before=2026-12-01 handling=all 7 shown");
        let after = position(Order::Due);
        assert_eq!(listed(vec![], Some(after.record()), 0), format!("after={DEVICE}.{DEVICE} 0 shown"));
        let long = vec![("device", DEVICE.repeat(100))];
        let told = listed(long, None, 3);
        assert!(told.chars().count() < AUDITED_CHARS + 40, "{told}");
        assert!(told.ends_with("… 3 shown"), "{told}");
    }
}
