#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;

use super::*;

fn e6(text: &str) -> Result<(i32, i32), CoordinatesError> {
    read(text).map(|it| (it.latitude_e6, it.longitude_e6))
}

/// 52° 27.80' N, 4° 34.39' E.
const BRIDGE: (i32, i32) = (52_463_333, 4_573_167);
/// 52° 27' 46" N, 4° 34' 23" E.
const SECONDS: (i32, i32) = (52_462_778, 4_573_056);
/// As a map shows it.
const DECIMAL: (i32, i32) = (52_462_800, 4_573_100);

#[test]
fn reads_degrees_and_decimal_minutes() {
    for text in [
        "52°27.80'N 004°34.39'E",
        "52°27,80'N 004°34,39'E",
        "52°27,80'N 004°34.39'E",
        "52° 27.80′ N, 004° 34.39′ E",
        "N52°27.80' E004°34.39'",
        "N 52 27.80, E 4 34.39",
        "52-27.80N 004-34.39E",
        "52-27,80 N / 004-34,39 OL",
        "52º27.80’NB 4º34.39’OL",
        "52 27.80 N.B. 4 34.39 O.L.",
        "52 27.80 4 34.39",
        "52°27.80 4°34.39",
        "52°27.80N004°34.39E",
        "004°34.39'O 52°27.80'N",
        "5227.80N 00434.39E",
        "5227.80,N,00434.39,E",
        "52 deg 27.80 min Noord, 4 graden 34.39 minuten Oost",
        "Lat: 52°27.80'N Long: 004°34.39'E",
        "positie 52°27.80'N en 004°34.39'E.",
        "\u{200e}52°27.80'N\u{202c} 004°34.39'E",
        "５２°２７.８０'Ｎ 004°34.39'Ｅ",
        "٥٢°٢٧٫٨٠'N 004°34.39'E",
        "52°27.80'N\n004°34.39'E",
    ] {
        assert_eq!(e6(text), Ok(BRIDGE), "{text}");
    }
}

#[test]
fn reads_degrees_minutes_and_seconds() {
    for text in [
        "52° 27' 46\" N, 4° 34' 23\" E",
        "52°27'46''N 4°34'23''E",
        "52°27′46″N 4°34′23″E",
        "52˚27´46˝N 4˚34´23˝O",
        "52⁰27‘46“ N 4⁰34‘23“ E",
        "N 52 27 46 E 4 34 23",
        "52 27 46, 4 34 23",
        "52:27:46 N 4:34:23 E",
        "52.27.46 N 4.34.23 E",
        "52-27-46 N, 004-34-23 E",
        "522746N 0043423E",
        "52°27'46\" 4°34'23\"",
    ] {
        assert_eq!(e6(text), Ok(SECONDS), "{text}");
    }
}

#[test]
fn reads_decimal_degrees() {
    for text in [
        "52.4628, 4.5731",
        "52.4628,4.5731",
        "52.4628 4.5731",
        "52.4628;4.5731",
        "52.4628 / 4.5731",
        "52.4628N 4.5731E",
        "52.4628° N, 4.5731° E",
        "N52.4628 E4.5731",
        "52,4628 4,5731",
        "52,4628, 4,5731",
        "52,4628; 4,5731",
        "52,4628° N; 4,5731° O",
        "52,4628,4,5731",
        "+52.4628, +4.5731",
        "+52.4628+004.5731/",
        "(52.4628, 4.5731)",
        "52.462800000, 4.573100000",
        "52.46280000000000000000000000001, 4.5731",
        "lat 52.4628 lon 4.5731",
        "latitude: 52.4628, longitude: 4.5731",
        "lengte 4,5731; breedte 52,4628",
        "{\"lat\":52.4628,\"lng\":4.5731}",
        "4.5731E 52.4628N",
        "52.4628, 4.5731 (WGS84)",
        "geo:52.4628,4.5731",
        "geo:52.4628,4.5731;u=35",
        "GEO:52.4628,4.5731,12;crs=wgs84;u=5",
        "geo:0,0?q=52.4628,4.5731(Kade)",
        "https://www.google.com/maps/@52.4628,4.5731,15z",
        "https://www.google.com/maps/place/Kade/@52.1,4.1,17z/data=!3d52.4628!4d4.5731",
        "https://maps.google.com/?q=52.4628,4.5731",
        "https://maps.apple.com/?ll=52.4628%2C4.5731&z=12",
        "https://www.openstreetmap.org/?mlat=52.4628&mlon=4.5731#map=15/52.1/4.1",
        "https://www.openstreetmap.org/#map=15/52.4628/4.5731",
    ] {
        assert_eq!(e6(text), Ok(DECIMAL), "{text}");
    }
    assert_eq!(e6("-33.9, -151.2"), Ok((-33_900_000, -151_200_000)));
    assert_eq!(e6("33°54'Z 151°12'W"), Ok((-33_900_000, -151_200_000)));
    assert_eq!(e6("90 N 180 W"), Ok((90_000_000, -180_000_000)));
    assert_eq!(e6("0.00000049 N 0.0000005 E"), Ok((0, 1)), "rounded");
}

#[test]
fn reads_nothing_that_is_no_position_or_two() {
    for text in [
        "",
        "52.4628",
        "52,4",
        "kade 12",
        "52.4628 4.5731 12",
        "52.4628-4.5731",
        "52.4628 N 4.5731 N",
        "-52.4628 N 4.5731 E",
        "52°27.80.30'N 4°E",
        "52'27 N 4 E",
        "52° 27.8' 30.5\" N 4° E",
        "52.4628, 4.5731 x",
        "52.46, 4.57, 6.1",
        "lat 52 N lon 4 N",
        "1112 22 333",
        "https://example.org/kaart",
        "geo:",
        "99999999999999999999, 4",
    ] {
        assert_eq!(e6(text), Err(CoordinatesError::Unreadable), "{text}");
    }
    for text in ["91, 4", "52, 181", "52°60.1'N 4°E", "52°27'61\"N 4°E", "101234, 497123", "90.0000001 N 4 E"] {
        let expected =
            if text.starts_with("90.0") { Ok((90_000_000, 4_000_000)) } else { Err(CoordinatesError::OutOfRange) };
        assert_eq!(e6(text), expected, "{text}");
    }
}

#[test]
fn asks_about_what_is_exchanged_and_about_nowhere() {
    let doubt_of = |text: &str| doubt(&read(text).unwrap());
    assert_eq!(doubt_of("4.5731, 52.4628"), Some(Doubt::Swapped));
    assert_eq!(doubt_of("4°34.39'N 52°27.80'E"), Some(Doubt::Swapped));
    let put_right = swapped(&read("4.5731, 52.4628").unwrap()).unwrap();
    assert_eq!((put_right.latitude_e6, put_right.longitude_e6), DECIMAL);
    assert_eq!(doubt_of("0, 0"), Some(Doubt::Nowhere));
    assert_eq!(doubt_of("0.01 N 0.01 W"), Some(Doubt::Nowhere));
    for text in ["52.4628, 4.5731", "51.44, 3.57", "-33.9, 151.2", "1.3, 103.8", "12.15, -68.27"] {
        assert_eq!(doubt_of(text), None, "{text}");
    }
}

/// Degrees, minutes and millionths of a minute, so that nothing is rounded away.
fn minutes(e6: i32) -> (i32, i32) {
    let minutes_e4 = u64::from(e6.unsigned_abs()) * 60 / 100;
    (i32::try_from(minutes_e4 / 600_000).unwrap(), i32::try_from(minutes_e4 % 600_000).unwrap())
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        latitude in -90_000_000..=90_000_000_i32,
        longitude in -180_000_000..=180_000_000_i32,
        comma in any::<bool>(),
    ) {
        let north = if latitude < 0 { "S" } else { "N" };
        let east = if longitude < 0 { "W" } else { "E" };
        let decimal = |e6: i32| format!("{}.{:06}", e6.unsigned_abs() / 1_000_000, e6.unsigned_abs() % 1_000_000);
        let (n, e) = (decimal(latitude), decimal(longitude));
        let sign = |e6: i32| if e6 < 0 { "-" } else { "" };
        for text in [
            format!("{}{n}, {}{e}", sign(latitude), sign(longitude)),
            format!("{}{n} {}{e}", sign(latitude), sign(longitude)),
            format!("geo:{}{n},{}{e};u=8", sign(latitude), sign(longitude)),
            format!("{n}{north} {e}{east}"),
            format!("{n}° {north}; {e}° {east}"),
            format!("{east} {e} {north} {n}"),
        ] {
            let is_uri = text.starts_with("geo");
            // With commas for decimals a comma parts nothing.
            let text = if comma && !is_uri { text.replace(", ", "; ").replace('.', ",") } else { text };
            prop_assert_eq!(e6(&text), Ok((latitude, longitude)), "{}", text);
        }
    }

    #[test]
    fn minutes_are_read_to_within_a_metre(
        latitude in -89_999_999..=89_999_999_i32,
        longitude in -179_999_999..=179_999_999_i32,
    ) {
        let north = if latitude < 0 { "Z" } else { "N" };
        let east = if longitude < 0 { "W" } else { "O" };
        let ((nd, nm), (ed, em)) = (minutes(latitude), minutes(longitude));
        let text = format!("{nd:02}°{:02}.{:04}'{north} {ed:03}°{:02}.{:04}'{east}", nm / 10_000, nm % 10_000, em / 10_000, em % 10_000);
        let (n, e) = e6(&text).unwrap();
        prop_assert!((n - latitude).abs() <= 2 && (e - longitude).abs() <= 2, "{}: {} {}", text, n, e);
        let compact = format!("{nd:02}{:02}.{:04}{north} {ed:03}{:02}.{:04}{east}", nm / 10_000, nm % 10_000, em / 10_000, em % 10_000);
        prop_assert_eq!(e6(&compact), Ok((n, e)), "{}", compact);
    }

    #[test]
    fn any_text_is_read_or_not_and_never_off_the_globe(text in any::<String>(), dense in "[0-9NSEWO°'\" .,;:+-]{0,40}") {
        for text in [text, dense] {
            if let Ok(read) = read(&text) {
                prop_assert!(is_on_globe(&read));
            }
        }
    }
}
