package nl.velsen.baken.platform

/** One measurement, without Android's own types. */
data class Measured(val latitude: Double, val longitude: Double, val accuracyM: Double?, val ageMs: Long)

/**
 * The best of what came. Something fresh and sure enough ends the search at once; otherwise the surest of what is fresh
 * enough to be where one stands.
 */
class BestFix {
    private var best: Measured? = null

    val found: Measured? get() = best

    /** Whether the search is over. */
    fun offer(fix: Measured): Boolean {
        if (fix.ageMs > OLDEST_MS) return false
        val before = best
        if (before == null || metres(fix) < metres(before)) best = fix
        return metres(best ?: fix) <= GOOD_M
    }

    /** The same one gets older while one waits. */
    fun aged(byMs: Long) {
        best = best?.let { it.copy(ageMs = it.ageMs + byMs) }
    }

    private fun metres(fix: Measured): Double = fix.accuracyM ?: Double.MAX_VALUE

    companion object {
        const val GOOD_M = 20.0
        const val OLDEST_MS = 120_000L
    }
}
