//! One message in other spellings: what some reader takes for the same, and must be refused for being written otherwise.
//!
//! Each is a name and a text. They work on the text, since no library writes such things.

/// What can be done to any message.
pub(crate) fn spellings(text: &str) -> Vec<(String, String)> {
    let mut all = vec![
        ("a space after a colon".to_owned(), text.replacen(':', ": ", 1)),
        ("a line before it".to_owned(), format!("\n{text}")),
        ("a line after it".to_owned(), format!("{text}\r\n")),
        ("a byte order mark before it".to_owned(), format!("\u{feff}{text}")),
        ("an escaped letter in a name".to_owned(), escaped(text, "{\"")),
        ("an escaped letter in a text".to_owned(), escaped(text, ":\"")),
        ("two members exchanged".to_owned(), exchanged(text)),
    ];
    for (number, (start, _)) in text.match_indices('{').enumerate() {
        let name = if number == 0 { "a list for it".to_owned() } else { format!("a list for object {number} in it") };
        all.push((name, as_list(text, start)));
    }
    for (place, _) in text.match_indices(":null") {
        let start = text[..place - 1].rfind('"').unwrap();
        let name = &text[start + 1..place - 1];
        let (before, after) = (&text[..start], &text[place + ":null".len()..]);
        let without = match after.strip_prefix(',') {
            Some(after) => format!("{before}{after}"),
            None => format!("{}{after}", before.strip_suffix(',').unwrap_or(before)),
        };
        all.push((format!("{name} left out"), without));
    }
    for (member, code) in [("action", "create"), ("level", "team"), ("level", "zorg"), ("class", "photo")] {
        let plain = format!("\"{member}\":\"{code}\"");
        if text.contains(&plain) {
            let map = format!("\"{member}\":{{\"{code}\":null}}");
            all.push((format!("{member} as an object"), text.replacen(&plain, &map, 1)));
        }
    }
    for (number, (start, end)) in times_in(text).into_iter().enumerate() {
        for spelt in
            ["2016-12-31T23:59:60Z", "2026-09-21T14:13:40.000Z", "2026-09-21t14:13:40z", "1969-12-31T23:59:59Z"]
        {
            let otherwise = format!("{}{spelt}{}", &text[..start], &text[end..]);
            all.push((format!("time {number} in it as {spelt}"), otherwise));
        }
    }
    all
}

/// What general readers of times take, each in its own way.
pub(crate) const TIMES: [&str; 29] = [
    "2026-09-21t14:13:40z",
    "2026-09-21 14:13:40Z",
    "2026-9-21T14:13:40Z",
    "2026-09-21T14:13:40 Z",
    "2026-09-21T14:13:40+0000",
    "2026-09-21T14:13:40-00:00",
    "2026-09-21T14:13:40+23:59",
    "2026-09-21T14:13:40-99:99",
    "2026-09-21T14:13:40\u{2212}00:00",
    "2026-09-21T14:13:40",
    "2026-09-21T14:13:40.Z",
    "2026-09-21T14:13:40.5Z",
    "2026-09-21T14:13:40.500000Z",
    "2026-09-21T14:13:40.1234567890123Z",
    "2026-09-21T14:13:40,500Z",
    "2026-09-21T14:13:60Z",
    "2026-09-21T14:13Z",
    "2026-09-21T24:00:00Z",
    "2026-09-31T14:13:40Z",
    "2026-09-21 14:13:40 UTC",
    "  2026-09-21T14:13:40Z",
    "2026-09-21T14:13:40Z ",
    "+2026-09-21T14:13:40Z",
    "+12026-09-21T14:13:40Z",
    "0000-09-21T14:13:40Z",
    "1969-12-31T23:59:59-01:00",
    "1970-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "１９７0-01-01T00:00:00Z",
];

/// Other ways to write a UUID.
pub(crate) const UUIDS: [&str; 8] = [
    "URN:UUID:01900000-0000-7000-8000-000000000004",
    "urn:uuid:01900000-0000-7000-8000-000000000004",
    "{01900000-0000-7000-8000-000000000004}",
    "{01900000000070008000000000000004}",
    "01900000000070008000000000000004",
    "01900000-0000-7000-8000-00000000000A",
    "0190000000007000-8000-000000000004",
    " 01900000-0000-7000-8000-000000000004",
];

/// The last member of this name, with another text.
pub(crate) fn with(text: &str, member: &str, spelt: &str) -> String {
    let name = format!("\"{member}\":\"");
    let start = text.rfind(&name).unwrap() + name.len();
    let end = start + text[start..].find('"').unwrap();
    format!("{}{spelt}{}", &text[..start], &text[end..])
}

/// From where to where each time stands.
fn times_in(text: &str) -> Vec<(usize, usize)> {
    let ends = text.match_indices("Z\"").map(|(place, _)| place + 1);
    let from = |end: usize| (text[..end].rfind('"').unwrap() + 1, end);
    ends.map(from).filter(|(start, end)| text[*start..*end].starts_with("20") && end - start >= 20).collect()
}

/// The letter after the first `mark` as its number.
fn escaped(text: &str, mark: &str) -> String {
    let place = text.find(mark).unwrap() + mark.len();
    let letter = text[place..].chars().next().unwrap();
    format!("{}\\u{:04x}{}", &text[..place], u32::from(letter), &text[place + letter.len_utf8()..])
}

/// The first two plain members that follow each other from the beginning of an object, in each other's place.
fn exchanged(text: &str) -> String {
    for (open, _) in text.match_indices('{') {
        let inner = &text[open + 1..];
        let comma = inner.find(',').unwrap();
        let end = comma + 1 + inner[comma + 1..].find([',', '}']).unwrap();
        let (one, two) = (&inner[..comma], &inner[comma + 1..end]);
        if !one.contains(['{', '[', '}']) && !two.contains(['{', '[']) {
            return format!("{}{{{two},{one}{}", &text[..open], &inner[end..]);
        }
    }
    panic!("two plain members in {text}");
}

/// The object that begins at `start` as a list of what its members say. No text in a message holds a quotation mark.
fn as_list(text: &str, start: usize) -> String {
    let mut out = text[..start].to_owned();
    let (mut depth, mut quoted, mut naming) = (0, false, false);
    let mut letters = text[start..].chars();
    for letter in letters.by_ref() {
        quoted ^= letter == '"';
        if !quoted && matches!(letter, '{' | '[') {
            depth += 1;
        } else if !quoted && matches!(letter, '}' | ']') {
            depth -= 1;
        }
        if depth == 0 {
            out.push(']');
            break;
        }
        if depth == 1 && letter == '{' && !quoted && !naming && out.len() == start {
            out.push('[');
            naming = true;
        } else if naming {
            naming = quoted || letter != ':';
        } else {
            out.push(letter);
            naming = depth == 1 && letter == ',' && !quoted;
        }
    }
    out + letters.as_str()
}
