package nl.velsen.baken.platform

import java.io.ByteArrayOutputStream
import java.io.Closeable
import java.io.IOException
import java.io.InputStream
import java.io.OutputStream
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher
import javax.crypto.spec.GCMParameterSpec
import javax.crypto.spec.SecretKeySpec

/** More came than was allowed. */
class TooLarge : IOException("more than was allowed")

/**
 * The form of a file that is handed over, the same as in `capture/handover.rs`: "BKH1", then chunks of 65,536 bytes
 * under AES-256-GCM with counted nonces, of which the last one says that it is the last. A key seals one file.
 */
object SealedFile {
    val MAGIC = byteArrayOf(0x42, 0x4b, 0x48, 0x31)
    const val CHUNK = 65_536
    const val TAG = 16

    internal fun cipher(mode: Int, key: ByteArray, number: Int, last: Boolean): Cipher {
        val nonce = ByteArray(12)
        for (at in 0..3) nonce[7 + at] = (number ushr (24 - 8 * at)).toByte()
        nonce[11] = if (last) 1 else 0
        return Cipher.getInstance("AES/GCM/NoPadding").apply {
            init(mode, SecretKeySpec(key, "AES"), GCMParameterSpec(8 * TAG, nonce))
        }
    }
}

/**
 * Seals what is written to it. A chunk leaves as soon as it is full and something follows, so that a killed process
 * leaves all whole chunks. Only [finish] says that nothing is missing; [close] without it leaves a file that was cut off.
 */
class SealingStream(private val to: OutputStream, private val key: ByteArray, private val most: Long) :
    OutputStream(), Closeable {
    private val chunk = ByteArray(SealedFile.CHUNK)
    private var filled = 0
    private var number = 0
    private var total = 0L

    init {
        to.write(SealedFile.MAGIC)
    }

    override fun write(byte: Int) = write(byteArrayOf(byte.toByte()), 0, 1)

    override fun write(bytes: ByteArray, offset: Int, length: Int) {
        total += length
        if (total > most) throw TooLarge()
        var from = offset
        while (from < offset + length) {
            if (filled == chunk.size) seal(last = false)
            val part = minOf(chunk.size - filled, offset + length - from)
            bytes.copyInto(chunk, filled, from, from + part)
            filled += part
            from += part
        }
    }

    fun finish() {
        seal(last = true)
        to.flush()
    }

    override fun close() {
        chunk.fill(0)
        to.close()
    }

    private fun seal(last: Boolean) {
        to.write(SealedFile.cipher(Cipher.ENCRYPT_MODE, key, number, last).doFinal(chunk, 0, filled))
        to.flush()
        number += 1
        filled = 0
    }
}

/** Opens a whole file into [to]. False where it was changed or cut off; then what came before that is there already. */
fun openSealed(from: InputStream, key: ByteArray, to: OutputStream): Boolean {
    if (!chunk(from, SealedFile.MAGIC.size).contentEquals(SealedFile.MAGIC)) return false
    var current = chunk(from, SealedFile.CHUNK + SealedFile.TAG)
    var number = 0
    while (true) {
        val next = chunk(from, SealedFile.CHUNK + SealedFile.TAG)
        val last = next.isEmpty()
        if (current.size < SealedFile.TAG) return false
        try {
            to.write(SealedFile.cipher(Cipher.DECRYPT_MODE, key, number, last).doFinal(current))
        } catch (_: AEADBadTagException) {
            return false
        }
        if (last) return true
        current = next
        number += 1
    }
}

private fun chunk(from: InputStream, most: Int): ByteArray {
    val read = ByteArrayOutputStream()
    val buffer = ByteArray(8192)
    while (read.size() < most) {
        val count = from.read(buffer, 0, minOf(buffer.size, most - read.size()))
        if (count < 0) break
        read.write(buffer, 0, count)
    }
    return read.toByteArray()
}
