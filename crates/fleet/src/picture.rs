//! A drawn picture for simulated photos: a ship at a quay at dusk. Drawn, so that nobody takes it for evidence.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};

const WIDTH: u32 = 1280;
const HEIGHT: u32 = 960;
/// Where the sky ends and the water begins.
const HORIZON: u32 = 560;

/// The picture as a JPEG file.
pub(crate) fn ship_at_a_quay() -> anyhow::Result<Vec<u8>> {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, colour);
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Jpeg)?;
    Ok(file.into_inner())
}

fn colour(x: u32, y: u32) -> Rgb<u8> {
    if is_quay(y) {
        return Rgb([92, 88, 84]);
    }
    if is_window(x, y) {
        return Rgb([255, 214, 120]);
    }
    if is_ship(x, y) {
        return if y > 600 { Rgb([120, 38, 34]) } else { Rgb([34, 44, 58]) };
    }
    if y < HORIZON { blend([70, 92, 140], [238, 168, 120], y, HORIZON) } else { water(y) }
}

const fn is_quay(y: u32) -> bool {
    y > 820
}

/// The hull widens towards the deck; the wheelhouse stands aft, the mast forward.
const fn is_ship(x: u32, y: u32) -> bool {
    let hull = y >= 520 && y <= 660 && x > 220 + (y - 520) / 2 && x < 1060 - (y - 520);
    let wheelhouse = y >= 380 && y < 520 && x > 300 && x < 470;
    let mast = y >= 250 && y < 520 && x > 800 && x < 812;
    hull || wheelhouse || mast
}

const fn is_window(x: u32, y: u32) -> bool {
    y > 410 && y < 450 && x > 320 && x < 450 && (x - 320) % 44 < 30
}

/// Lighter and darker bands, closer together towards the horizon.
fn water(y: u32) -> Rgb<u8> {
    let Rgb([red, green, blue]) = blend([176, 132, 112], [28, 42, 62], y - HORIZON, HEIGHT - HORIZON);
    let lift = if (y - HORIZON) % 24 < 4 { 14 } else { 0 };
    Rgb([red + lift, green + lift, blue + lift])
}

fn blend(from: [u8; 3], to: [u8; 3], step: u32, steps: u32) -> Rgb<u8> {
    let mix = |a: u8, b: u8| {
        let mixed = (u32::from(a) * (steps - step) + u32::from(b) * step) / steps;
        u8::try_from(mixed).unwrap_or(u8::MAX)
    };
    let ([r, g, b], [to_r, to_g, to_b]) = (from, to);
    Rgb([mix(r, to_r), mix(g, to_g), mix(b, to_b)])
}
