package nl.velsen.baken.platform

import kotlin.test.assertEquals
import org.junit.Test

class NetworkWordsTest {
    private val facts = NetworkFacts(internet = true, validated = true, captivePortal = false, unmetered = true, roaming = false)

    @Test
    fun `a portal is a portal although the system calls it validated`() {
        assertEquals("captive", NetworkWords.of(facts.copy(captivePortal = true)).reach)
    }

    @Test
    fun `no network and one without the internet's capability are none`() {
        assertEquals("none", NetworkWords.of(null).reach)
        assertEquals("none", NetworkWords.of(facts.copy(internet = false)).reach)
    }

    @Test
    fun `what is not said to be free is paid for`() {
        assertEquals(NetworkWords("validated", "unmetered", false), NetworkWords.of(facts))
        assertEquals("metered", NetworkWords.of(facts.copy(unmetered = false)).cost)
        assertEquals("unvalidated", NetworkWords.of(facts.copy(validated = false)).reach)
    }
}
