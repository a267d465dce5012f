package nl.velsen.baken.platform

import kotlin.test.assertEquals
import kotlin.test.assertNull
import org.junit.Test

class NeedTest {
    @Test
    fun `a word of another version wakes nobody`() {
        assertEquals(Need.NOTHING, Need.of(null))
        assertEquals(Need.UNMETERED_NETWORK, Need.of("unmetered-network"))
        assertNull(Need.of("full-moon"))
    }
}
