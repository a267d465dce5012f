package nl.velsen.baken.platform

/** Room at the edges in CSS pixels, as Rust reads it (`screen.rs`). Fed by pixels of the screen. */
data class Edges(
    val top: Double,
    val right: Double,
    val bottom: Double,
    val left: Double,
    val keyboard: Double,
    val height: Double,
) {
    companion object {
        fun of(density: Float, height: Int, top: Int, right: Int, bottom: Int, left: Int, keyboard: Int): Edges {
            fun css(pixels: Int) = if (density > 0f) maxOf(0, pixels) / density.toDouble() else 0.0
            return Edges(css(top), css(right), css(bottom), css(left), css(keyboard), css(height))
        }
    }
}
