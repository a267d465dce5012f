package nl.velsen.baken.platform

import android.content.Context
import android.media.MediaRecorder
import android.os.Build
import android.os.ParcelFileDescriptor
import java.io.File
import java.io.FileOutputStream
import java.io.IOException
import kotlin.concurrent.thread

/**
 * Sound, encoded into a pipe and sealed as it comes out: what the encoder writes never lies on the disk in clear. ADTS
 * frames need no end, so what a killed process leaves can be heard up to its last whole chunk.
 */
class Sound(context: Context, private val file: File, private val key: ByteArray, private val most: Long) {
    private val recorder =
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
            MediaRecorder(context)
        } else {
            @Suppress("DEPRECATION")
            MediaRecorder()
        }
    private var into: ParcelFileDescriptor? = null
    private var sealing: Thread? = null
    @Volatile private var failure: Code? = null
    private var ended = false

    fun begin() {
        val (from, to) = ParcelFileDescriptor.createPipe()
        into = to
        sealing = thread(name = "sound") { seal(from) }
        try {
            recorder.setAudioSource(MediaRecorder.AudioSource.MIC)
            recorder.setOutputFormat(MediaRecorder.OutputFormat.AAC_ADTS)
            recorder.setAudioEncoder(MediaRecorder.AudioEncoder.AAC)
            recorder.setAudioChannels(1)
            recorder.setAudioSamplingRate(44_100)
            recorder.setAudioEncodingBitRate(64_000)
            recorder.setOutputFile(to.fileDescriptor)
            recorder.setOnErrorListener { _, _, _ -> failure = Code.WITHDRAWN }
            recorder.prepare()
            recorder.start()
        } catch (_: IllegalStateException) {
            abandon()
            throw Refused(Code.BUSY)
        } catch (_: IOException) {
            abandon()
            throw Refused(Code.FAILED)
        }
    }

    /** Ends it; what was heard stays in the file. Called again when the app was left in between: then it is over. */
    fun end() {
        if (ended) return
        ended = true
        try {
            recorder.stop()
        } catch (_: RuntimeException) {
            // It says so where nothing was heard at all.
            failure = failure ?: Code.WITHDRAWN
        }
        recorder.release()
        into?.close()
    }

    /** Waits until all is on the disk. Not on the main thread. */
    fun written() {
        sealing?.join()
        failure?.takeIf { file.length() <= SealedFile.MAGIC.size + SealedFile.TAG }?.let { throw Refused(it) }
    }

    private fun abandon() {
        ended = true
        recorder.release()
        into?.close()
        sealing?.join()
        file.delete()
    }

    private fun seal(from: ParcelFileDescriptor) {
        try {
            FileOutputStream(file).use { out ->
                SealingStream(out, key, most).use { sealed ->
                    try {
                        ParcelFileDescriptor.AutoCloseInputStream(from).use { it.copyTo(sealed, FRAME) }
                    } catch (_: TooLarge) {
                        // What fitted is kept; the broken pipe ends the encoder.
                    }
                    sealed.finish()
                    out.fd.sync()
                }
            }
        } catch (error: IOException) {
            failure = Handover.code(error)
        }
    }

    private companion object {
        /** Small, so that little is lost with a killed process. */
        const val FRAME = 4096
    }
}
