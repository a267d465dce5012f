//! Reads a position as people write it down from a bridge, a chart plotter or a map: degrees, degrees and minutes, or
//! degrees, minutes and seconds; hemispheres before or after, in Dutch or English; a comma or a dot for decimals; marks
//! of any kind; a `geo:` URI (RFC 5870) or the address of a map.
//!
//! One reader, so that what is signed is what was shown. It guesses at nothing: what can be read in two ways is not
//! read. The arithmetic is in whole numbers, since the answer ends up in signed bytes.
//!
//! Deliberately absent: grids (RD, UTM, MGRS) and place codes, which need a table or a projection; and any datum but
//! WGS 84.

mod addresses;
mod marks;
mod parts;

use crate::record::{CoordinateSource, Coordinates};

/// Microdegrees of a right angle.
const QUARTER_E6: i64 = 90_000_000;
/// How far from 0, 0 a position is still taken for one that was never measured.
const NOWHERE_E6: i32 = 20_000;
/// The Netherlands with the waters around them, whole degrees: latitude, longitude.
const HOME: (std::ops::Range<i32>, std::ops::Range<i32>) = (50..57, 2..9);

/// Why a text is no position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CoordinatesError {
    /// Not two numbers that can be read in one way.
    #[error("this is no position")]
    Unreadable,
    /// More than 90 or 180 degrees, 60 minutes or 60 seconds.
    #[error("a number of the position is too large")]
    OutOfRange,
}

/// What is to be asked about a position before it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Far away as it is written, and at home with latitude and longitude exchanged.
    Swapped,
    /// At 0, 0, where a device is that measured nothing.
    Nowhere,
}

/// Reads `text`; north and east are positive, and without hemispheres the latitude comes first.
pub fn read(text: &str) -> Result<Coordinates, CoordinatesError> {
    if let Some(pair) = addresses::pair(text) {
        return parts::read(&marks::tokens(&pair, false).ok_or(CoordinatesError::Unreadable)?);
    }
    let commas = marks::has_decimal_comma(text);
    let dots = marks::has_decimal_dot(text);
    // A comma between digits parts two numbers, or the whole from the decimals. Where both can be read the dot decides:
    // nobody writes decimals in two ways.
    let parting = if dots || !commas { attempt(text, false) } else { Err(CoordinatesError::Unreadable) };
    match parting {
        Err(error) if commas => attempt(text, true).map_err(|other| worse(error, other)),
        answer => answer,
    }
}

/// Latitude and longitude exchanged; `None` where that is nowhere on the globe.
pub fn swapped(coordinates: &Coordinates) -> Option<Coordinates> {
    let fits = i64::from(coordinates.longitude_e6).abs() <= QUARTER_E6;
    fits.then(|| Coordinates {
        latitude_e6: coordinates.longitude_e6,
        longitude_e6: coordinates.latitude_e6,
        ..coordinates.clone()
    })
}

/// Whether a position should be asked about.
pub fn doubt(coordinates: &Coordinates) -> Option<Doubt> {
    if coordinates.latitude_e6.abs() < NOWHERE_E6 && coordinates.longitude_e6.abs() < NOWHERE_E6 {
        return Some(Doubt::Nowhere);
    }
    let exchanged = swapped(coordinates)?;
    (!is_home(coordinates) && is_home(&exchanged)).then_some(Doubt::Swapped)
}

/// Whether both are on the globe.
pub fn is_on_globe(coordinates: &Coordinates) -> bool {
    i64::from(coordinates.latitude_e6).abs() <= QUARTER_E6
        && i64::from(coordinates.longitude_e6).abs() <= 2 * QUARTER_E6
}

fn is_home(coordinates: &Coordinates) -> bool {
    let degrees = |e6: i32| e6.div_euclid(1_000_000);
    HOME.0.contains(&degrees(coordinates.latitude_e6)) && HOME.1.contains(&degrees(coordinates.longitude_e6))
}

fn attempt(text: &str, decimal_comma: bool) -> Result<Coordinates, CoordinatesError> {
    parts::read(&marks::tokens(text, decimal_comma).ok_or(CoordinatesError::Unreadable)?)
}

/// Of two failures the one that says more.
fn worse(one: CoordinatesError, other: CoordinatesError) -> CoordinatesError {
    if one == CoordinatesError::OutOfRange { one } else { other }
}

/// A position that a person wrote.
fn typed(latitude_e6: i32, longitude_e6: i32) -> Coordinates {
    Coordinates { latitude_e6, longitude_e6, accuracy_metres: None, source: CoordinateSource::Typed }
}

#[cfg(test)]
mod tests;
