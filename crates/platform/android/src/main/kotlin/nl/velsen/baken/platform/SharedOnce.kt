package nl.velsen.baken.platform

import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import java.io.File
import java.io.FileInputStream
import java.io.FileNotFoundException
import java.io.IOException

/**
 * Gives one file to the one program that a person chose, as a stream. On the disk it stays sealed, and the key is in
 * this process alone: what is not offered any more, by another offer or the end of the process, can be read by nobody.
 */
class SharedOnce : ContentProvider() {
    override fun onCreate(): Boolean = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        val offer = offered(uri)
        if (offer == null || mode != "r") throw FileNotFoundException()
        return openPipeHelper(uri, offer.mediaType, null, offer) { into, _, _, _, what ->
            try {
                ParcelFileDescriptor.AutoCloseOutputStream(into).use { to ->
                    FileInputStream((what ?: offer).file).use { openSealed(it, (what ?: offer).key, to) }
                }
            } catch (_: IOException) {
                // Whoever reads has gone, or the file has: they see a stream that ends.
            }
        }
    }

    override fun getType(uri: Uri): String? = offered(uri)?.mediaType

    override fun query(uri: Uri, columns: Array<String>?, where: String?, given: Array<String>?, order: String?): Cursor {
        val rows = MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME))
        offered(uri)?.let { rows.addRow(arrayOf<Any>(it.title)) }
        return rows
    }

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun update(uri: Uri, values: ContentValues?, where: String?, given: Array<String>?): Int = 0

    override fun delete(uri: Uri, where: String?, given: Array<String>?): Int = 0

    /** What is offered. */
    class Offer(val file: File, val key: ByteArray, val title: String, val mediaType: String)

    companion object {
        @Volatile private var current: Offer? = null

        private fun offered(uri: Uri): Offer? = current?.takeIf { it.file.name == uri.lastPathSegment }

        /** Offers it in place of what was offered before, and says how it is asked for. */
        fun offer(context: Context, offer: Offer): Intent {
            current?.let { before -> if (before.file != offer.file) before.file.delete() }
            current = offer
            val uri = Uri.parse("content://${context.packageName}.shared/${offer.file.name}")
            val send = Intent(Intent.ACTION_SEND)
                .setType(offer.mediaType)
                .putExtra(Intent.EXTRA_STREAM, uri)
                .addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION)
            send.clipData = android.content.ClipData.newRawUri(null, uri)
            return Intent.createChooser(send, null)
        }
    }
}
