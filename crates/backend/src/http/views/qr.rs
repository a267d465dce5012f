//! A text as a picture that a camera reads.

use qrcode::QrCode;
use qrcode::render::svg;

use crate::http::problem::Problem;

/// As SVG, with the quiet edge that a camera needs.
pub fn qr_svg(text: &str) -> Result<String, Problem> {
    let code = QrCode::new(text.as_bytes()).map_err(|_| Problem::internal())?;
    Ok(code.render::<svg::Color<'_>>().min_dimensions(320, 320).quiet_zone(true).build())
}
