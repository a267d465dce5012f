//! The pair of numbers in a `geo:` URI (RFC 5870) or in the address of a map, as "share this place" gives it.

use url::Url;

/// Query parameters that hold "latitude,longitude".
const PAIRS: [&str; 9] = ["q", "query", "ll", "sll", "center", "destination", "daddr", "cp", "loc"];
/// Pairs of query parameters, latitude first.
const APART: [(&str, &str); 3] = [("mlat", "mlon"), ("lat", "lon"), ("lat", "lng")];

/// "latitude,longitude" as it stands in `text`; `None` where it is no address, or none with a place.
pub(super) fn pair(text: &str) -> Option<String> {
    let bare = text.trim();
    if let Some(rest) = strip_prefix(bare, "geo:") {
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        // Android writes "geo:0,0?q=52.4628,4.5731(label)".
        return asked(query).or_else(|| two(path.split(';').next()?));
    }
    if !["http://", "https://"].iter().any(|scheme| strip_prefix(bare, scheme).is_some()) {
        return None;
    }
    let url: Url = bare.parse().ok()?;
    let path = url.path();
    let at = || path.split('/').find_map(|segment| two(segment.strip_prefix('@')?));
    let pinned = || {
        let (latitude, rest) = path.split_once("!3d")?.1.split_once("!4d")?;
        two(&format!("{latitude},{}", rest.split('!').next()?))
    };
    let anchor = || {
        let place = url.fragment()?.split('&').find_map(|part| part.strip_prefix("map="))?;
        let mut parts = place.split('/').skip(1);
        two(&format!("{},{}", parts.next()?, parts.next()?))
    };
    asked(url.query().unwrap_or_default()).or_else(pinned).or_else(at).or_else(anchor)
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| text.get(prefix.len()..)).flatten()
}

fn asked(query: &str) -> Option<String> {
    let values: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let value = |name: &str| values.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let whole = PAIRS.iter().find_map(|name| two(value(name)?.trim_start_matches("loc:")));
    whole.or_else(|| APART.iter().find_map(|(one, other)| two(&format!("{},{}", value(one)?, value(other)?))))
}

/// The first two numbers of a list, where they are numbers and nothing else.
fn two(list: &str) -> Option<String> {
    let list = list.split('(').next()?.replace(char::is_whitespace, "");
    let mut parts = list.split([',', '+']).filter(|part| !part.is_empty());
    let (one, other) = (parts.next()?, parts.next()?);
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        digits.starts_with(|it: char| it.is_ascii_digit())
            && digits.chars().all(|it| it.is_ascii_digit() || it == '.')
            && digits.matches('.').count() <= 1
            && !digits.ends_with('.')
    };
    (is_number(one) && is_number(other)).then(|| format!("{one} , {other}"))
}
