package nl.velsen.baken.platform

import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import org.junit.Test

class EnvelopeTest {
    private val label = "vault.00112233445566ff"

    @Test
    fun `what was encoded is decoded`() {
        val kept = Envelope(label, ByteArray(12) { 3 }, ByteArray(48) { 4 }).encode()
        val read = assertNotNull(Envelope.decode(kept))
        assertEquals(label, read.label)
        assertContentEquals(ByteArray(12) { 3 }, read.nonce)
        assertContentEquals(ByteArray(48) { 4 }, read.sealed)
    }

    @Test
    fun `nothing that was cut off, of another version or by a strange key is decoded`() {
        val kept = Envelope(label, ByteArray(12), ByteArray(17)).encode()
        assertNotNull(Envelope.decode(kept))
        for (size in 0 until kept.size) assertNull(Envelope.decode(kept.copyOf(size)), "$size")
        assertNull(Envelope.decode(kept.copyOf().also { it[0] = 2 }))
        assertNull(Envelope.decode(kept.copyOf().also { it[1] = -1 }))
        assertNull(Envelope.decode(Envelope("other.00112233445566", ByteArray(12), ByteArray(48)).encode()))
        assertNull(Envelope.decode(Envelope(label, ByteArray(13), ByteArray(48)).encode()))
        assertNull(Envelope.decode(Envelope(label, ByteArray(12), ByteArray(600)).encode()))
    }
}
