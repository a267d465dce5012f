package nl.velsen.baken.platform

/** What the system knows of the network that is used, without Android's own types. Null: there is none. */
data class NetworkFacts(
    val internet: Boolean,
    val validated: Boolean,
    val captivePortal: Boolean,
    val unmetered: Boolean,
    val roaming: Boolean,
)

/** The words that Rust reads (`network.rs`). */
data class NetworkWords(val reach: String, val cost: String, val roaming: Boolean) {
    companion object {
        fun of(facts: NetworkFacts?): NetworkWords {
            if (facts == null || !facts.internet) return NetworkWords("none", "unknown", false)
            val reach = when {
                facts.captivePortal -> "captive"
                facts.validated -> "validated"
                else -> "unvalidated"
            }
            return NetworkWords(reach, if (facts.unmetered) "unmetered" else "metered", facts.roaming)
        }
    }
}
