package nl.velsen.baken.platform

import java.io.ByteArrayInputStream
import java.io.ByteArrayOutputStream
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertNull
import org.junit.Test

class SealedFileTest {
    private fun sealed(bytes: ByteArray, key: Byte, finish: Boolean = true): ByteArray {
        val file = ByteArrayOutputStream()
        SealingStream(file, ByteArray(32) { key }, Long.MAX_VALUE).use {
            it.write(bytes)
            if (finish) it.finish()
        }
        return file.toByteArray()
    }

    private fun opened(file: ByteArray, key: Byte): ByteArray? {
        val bytes = ByteArrayOutputStream()
        val whole = openSealed(ByteArrayInputStream(file), ByteArray(32) { key }, bytes)
        return if (whole) bytes.toByteArray() else null
    }

    /** The same bytes stand in `capture/handover.rs`. */
    @Test
    fun `the form is the one that Rust reads`() {
        val expected = "424b48315729d70743219b1c00ab7861dcbcc385b121939a3076f4"
        assertEquals(expected, sealed("gangway".toByteArray(), 7).joinToString("") { "%02x".format(it) })
    }

    @Test
    fun `what was sealed opens whole, at every edge of a chunk`() {
        for (size in listOf(0, 1, SealedFile.CHUNK - 1, SealedFile.CHUNK, SealedFile.CHUNK + 1, 2 * SealedFile.CHUNK)) {
            val bytes = ByteArray(size) { it.toByte() }
            val file = sealed(bytes, 1)
            assertEquals(4 + size + SealedFile.TAG * maxOf(1, (size + SealedFile.CHUNK - 1) / SealedFile.CHUNK), file.size)
            assertContentEquals(bytes, opened(file, 1), "$size")
        }
    }

    @Test
    fun `what was changed, cut off or sealed to another key does not open`() {
        val file = sealed(ByteArray(SealedFile.CHUNK + 9), 1)
        assertNull(opened(file, 2))
        assertNull(opened(file.copyOf(file.size - 1), 1))
        assertNull(opened(file.copyOf(4 + SealedFile.CHUNK + SealedFile.TAG), 1))
        assertNull(opened(file.copyOf().also { it[9] = (it[9] + 1).toByte() }, 1))
        assertNull(opened(sealed(ByteArray(9), 1, finish = false), 1))
    }

    @Test
    fun `every whole chunk is written before the next one`() {
        val file = ByteArrayOutputStream()
        val stream = SealingStream(file, ByteArray(32), Long.MAX_VALUE)
        stream.write(ByteArray(SealedFile.CHUNK * 2 + 1))
        assertEquals(4 + 2 * (SealedFile.CHUNK + SealedFile.TAG), file.size())
    }

    @Test
    fun `more than was allowed is refused while it comes`() {
        val stream = SealingStream(ByteArrayOutputStream(), ByteArray(32), 10)
        stream.write(ByteArray(10))
        assertFailsWith<TooLarge> { stream.write(1) }
    }
}
