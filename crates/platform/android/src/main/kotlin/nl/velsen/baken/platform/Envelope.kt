package nl.velsen.baken.platform

/**
 * What is kept of a sealed secret: version, the label of the key, nonce, ciphertext. Rust keeps it and does not look
 * inside. The label leads to the key that sealed it, so that a newer key can be made before the old one is deleted.
 */
class Envelope(val label: String, val nonce: ByteArray, val sealed: ByteArray) {
    fun encode(): ByteArray {
        val name = label.toByteArray(Charsets.US_ASCII)
        return byteArrayOf(VERSION, name.size.toByte()) + name + byteArrayOf(nonce.size.toByte()) + nonce + sealed
    }

    companion object {
        private const val VERSION: Byte = 1
        private const val TAG = 16
        private const val MOST = 512

        /** Null for anything that [encode] did not make. */
        fun decode(bytes: ByteArray): Envelope? {
            if (bytes.size !in 2..MOST || bytes[0] != VERSION) return null
            val afterLabel = 2 + bytes[1].toInt()
            if (bytes[1] < 1 || bytes.size <= afterLabel) return null
            val label = String(bytes, 2, bytes[1].toInt(), Charsets.US_ASCII)
            val nonceSize = bytes[afterLabel].toInt()
            val afterNonce = afterLabel + 1 + nonceSize
            if (!KeyLabel.isOurs(label) || nonceSize != 12 || bytes.size <= afterNonce + TAG) return null
            return Envelope(
                label,
                bytes.copyOfRange(afterLabel + 1, afterNonce),
                bytes.copyOfRange(afterNonce, bytes.size),
            )
        }
    }
}
