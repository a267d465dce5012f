package nl.velsen.baken.platform

/** The names of our keys in the system's keystore. No other name is ever used or deleted. */
object KeyLabel {
    private val OURS = Regex("vault\\.[0-9a-f]{16}")

    fun isOurs(label: String): Boolean = OURS.matches(label)

    /** Of eight random bytes. */
    fun of(random: ByteArray): String {
        require(random.size == 8)
        return "vault." + random.joinToString("") { "%02x".format(it) }
    }

    /** What is to be deleted: all of ours but the one that is kept. */
    fun others(all: Iterable<String>, kept: String?): List<String> = all.filter { isOurs(it) && it != kept }
}
