package nl.velsen.baken.platform

/** What must be so before a sleeping process is woken, as Rust says it (`work.rs`). */
enum class Need {
    NOTHING,
    ANY_NETWORK,
    UNMETERED_NETWORK;

    companion object {
        /** Null for a word of another version: then nobody is woken for something else than was meant. */
        fun of(word: String?): Need? = when (word) {
            null -> NOTHING
            "any-network" -> ANY_NETWORK
            "unmetered-network" -> UNMETERED_NETWORK
            else -> null
        }
    }
}
