#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

fn places(text: &str) -> Vec<KnownPlace> {
    use baken_protocol::catalogue::Content;
    Places::parse(&read(text.as_bytes()).unwrap().content).unwrap().places
}

/// What is wrong, as it is told.
fn wrong(text: &str) -> Vec<String> {
    read(text.as_bytes()).err().unwrap().iter().map(ToString::to_string).collect()
}

fn warned(text: &str) -> Vec<String> {
    read(text.as_bytes()).unwrap().warnings.iter().map(ToString::to_string).collect()
}

#[test]
fn reads_a_table_as_a_dutch_spreadsheet_saves_it() {
    let read = places(
        "\u{feff}Soort;Naam;Adres;Postcode;Wijk;IMO;KvK\r\n\
         Hotel of pension;Hotel De Pier;\"Kennemerboulevard 250; zijde zee\";1976 ef;;;\r\n\
         zeeschip;AURORA;;;;IMO 9074729;\r\n",
    );
    let hotel = read.first().unwrap();
    assert_eq!((hotel.kind.as_str(), hotel.exact().postcode.as_str()), ("hotel", "1976 EF"));
    assert_eq!(hotel.exact().address, "Kennemerboulevard 250; zijde zee");
    assert_eq!(read.get(1).unwrap().exact().imo, "9074729", "in its normal form");
}

#[test]
fn tells_all_that_is_wrong_together_by_its_line() {
    let found = wrong(
        "soort,naam,postcode,kvk,bag\n\
         hotel,De Pier,0971 AB,,\n\
         kasteel,X,,,\n\
         hotel,Y,,1234567,\n\
         hotel,,,,\n\
         hotel,Z,,,12\n\
         hotel,a,b,c,d,e,f\n\
         ,Zonder soort,,,\n",
    );
    let lines: Vec<&str> = found.iter().filter_map(|it| it.split(':').next()).collect();
    assert_eq!(lines, ["line 2", "line 3", "line 4", "line 5", "line 6", "line 7", "line 8"], "each once: {found:?}");
    assert!(found.first().unwrap().contains("0971 AB"));
}

#[test]
fn refuses_what_is_there_twice_and_a_ships_number_of_two_ships() {
    assert_eq!(wrong("soort,naam\nhotel,De Pier\nhotel,Zee\nhotel,de pier\n"), ["line 4: is in line 2 already"]);
    assert_eq!(wrong("soort,naam,imo\nzeeschip,A,9074729\nzeeschip,B,IMO 9074729\n"), ["line 3: is in line 2 already"]);
    assert_eq!(places("soort,naam,adres\nhotel,De Pier,A 1\nhotel,De Pier,B 2\n").len(), 2);
}

#[test]
fn takes_a_ships_wrong_number_and_a_cell_like_a_formula_with_a_warning() {
    let text = "soort,naam,imo\nvissersschip,IJM 31,8814274\nhotel,=HYPERLINK(1),\n";
    assert_eq!(
        warned(text),
        [
            "line 2: the IMO number \"8814274\" does not hold; it is kept as it is",
            "line 3: name begins as a formula does; it is kept as text"
        ]
    );
    assert_eq!(places(text).get(1).unwrap().exact().name, "=HYPERLINK(1)");
}

#[test]
fn refuses_texts_too_long_and_numbers_of_persons() {
    let long = "x".repeat(limits::FIELD_CHARS + 1);
    assert_eq!(wrong(&format!("soort,naam\nhotel,{long}\n")), ["line 2: name is longer than 2000 characters"]);
    assert!(wrong("soort,naam\nwoning,BSN 111222333\n").first().unwrap().contains("citizen service number"));
}

#[test]
fn names_columns_that_it_does_not_know_and_asks_for_the_kind() {
    assert_eq!(wrong("soort,naam,naam\nhotel,a,b"), ["line 1: column \"naam\" is there twice"]);
    assert!(wrong("soort,sterren,prijs\nhotel,4,9").len() == 2);
    assert_eq!(wrong("naam\nDe Pier"), ["line 1: there is no column \"soort\" (the kind of place)"]);
    assert_eq!(wrong(""), ["line 1: the file is empty"]);
}

#[test]
fn more_places_than_devices_take_are_refused() {
    let table = |count: usize| {
        (0..count).fold("soort,naam\n".to_owned(), |table, number| table + &format!("hotel,Hotel {number}\n"))
    };
    assert_eq!(places(&table(limits::PLACES)).len(), limits::PLACES);
    assert!(wrong(&table(limits::PLACES + 1)).first().unwrap().contains("20001 places"));
}
