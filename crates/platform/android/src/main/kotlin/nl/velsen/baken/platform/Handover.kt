package nl.velsen.baken.platform

import android.content.Context
import android.system.ErrnoException
import android.system.OsConstants
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import java.io.InputStream

/** Where captures are handed over: a folder that no backup takes and no other app sees. */
class Handover(context: Context) {
    val folder: File = File(context.noBackupFilesDir, "handover").apply { mkdirs() }

    /** An order of Rust's, or a refusal where its name is none of ours. */
    fun file(name: String): File = CaptureName.fileIn(folder, name) ?: throw Refused(Code.DAMAGED)

    /** Everything from [from], sealed and on the disk. What went wrong leaves no file. */
    fun write(file: File, key: ByteArray, most: Long, from: InputStream) {
        var whole = false
        try {
            FileOutputStream(file).use { out ->
                SealingStream(out, key, most).use { sealed ->
                    from.copyTo(sealed)
                    sealed.finish()
                    out.fd.sync()
                }
            }
            whole = true
        } catch (error: IOException) {
            throw Refused(code(error))
        } finally {
            if (!whole) file.delete()
        }
    }

    companion object {
        fun code(error: IOException): Code = when {
            error is TooLarge -> Code.TOO_LARGE
            (error.cause as? ErrnoException)?.errno == OsConstants.ENOSPC -> Code.NO_SPACE
            else -> Code.FAILED
        }
    }
}
