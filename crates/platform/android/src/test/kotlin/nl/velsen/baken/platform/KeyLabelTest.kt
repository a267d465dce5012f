package nl.velsen.baken.platform

import kotlin.test.assertEquals
import org.junit.Test

class KeyLabelTest {
    @Test
    fun `only our own other keys are deleted`() {
        val kept = KeyLabel.of(ByteArray(8) { 1 })
        val old = KeyLabel.of(ByteArray(8) { -1 })
        assertEquals(listOf(old), KeyLabel.others(listOf(kept, old, "somebody else's", "vault.x"), kept))
        assertEquals(listOf(kept, old), KeyLabel.others(listOf(kept, old), null))
    }
}
