package nl.velsen.baken.platform

import android.annotation.SuppressLint
import android.app.Activity
import android.content.Context
import android.graphics.Color
import android.graphics.ImageFormat
import android.hardware.camera2.CameraAccessException
import android.hardware.camera2.CameraCaptureSession
import android.hardware.camera2.CameraCharacteristics
import android.hardware.camera2.CameraDevice
import android.hardware.camera2.CameraManager
import android.hardware.camera2.CaptureFailure
import android.hardware.camera2.CaptureRequest
import android.hardware.camera2.params.OutputConfiguration
import android.hardware.camera2.params.SessionConfiguration
import android.media.ImageReader
import android.os.Handler
import android.os.HandlerThread
import android.view.Gravity
import android.view.Surface
import android.view.SurfaceHolder
import android.view.SurfaceView
import android.view.ViewGroup
import android.widget.Button
import android.widget.FrameLayout
import java.io.ByteArrayInputStream
import java.io.File
import java.util.concurrent.Executor

/** What stands on its two buttons. */
class CameraWords(val take: String, val back: String)

/**
 * A viewfinder over the page, in the same secured window: no other program takes part, and no gallery hears of it. The
 * JPEG goes from the sensor's memory into the sealed file.
 *
 * Deliberately absent: a place in the photo, flash, zoom, the other camera.
 */
class CameraScreen(
    private val activity: Activity,
    private val handover: Handover,
    private val file: File,
    private val key: ByteArray,
    private val most: Long,
    words: CameraWords,
    private val answer: OneAnswer<Unit>,
) {
    private val thread = HandlerThread("camera").apply { start() }
    private val handler = Handler(thread.looper)
    private val executor = Executor { handler.post(it) }
    private val manager = activity.getSystemService(Context.CAMERA_SERVICE) as CameraManager
    private var device: CameraDevice? = null
    private var session: CameraCaptureSession? = null
    private var reader: ImageReader? = null
    private var sensorDegrees = 90
    private val preview = SurfaceView(activity).apply { setSecure(true) }
    private val shutter = Button(activity).apply { text = words.take }
    private val screen = screen(words.back)

    /** Shows it. Whatever happens, [answer] is given once and the screen goes away. */
    fun open() {
        val chosen = try {
            choose()
        } catch (_: CameraAccessException) {
            null
        } ?: return end(Code.UNSUPPORTED)
        val (id, photo, shown) = chosen
        reader = ImageReader.newInstance(photo.width, photo.height, ImageFormat.JPEG, 2)
            .apply { setOnImageAvailableListener({ taken(it) }, handler) }
        preview.holder.setFixedSize(shown.width, shown.height)
        preview.holder.addCallback(object : SurfaceHolder.Callback {
            override fun surfaceCreated(holder: SurfaceHolder) = start(id)

            override fun surfaceChanged(holder: SurfaceHolder, format: Int, width: Int, height: Int) = Unit

            override fun surfaceDestroyed(holder: SurfaceHolder) = end(Code.CANCELLED)
        })
        val whole = ViewGroup.LayoutParams(ViewGroup.LayoutParams.MATCH_PARENT, ViewGroup.LayoutParams.MATCH_PARENT)
        activity.addContentView(screen, whole)
    }

    fun dismiss() = end(Code.CANCELLED)

    private fun screen(words: String) = FrameLayout(activity).apply {
        setBackgroundColor(Color.BLACK)
        isClickable = true
        addView(preview, FrameLayout.LayoutParams(MATCH, MATCH, Gravity.CENTER))
        val height = (TOUCH_DP * (activity.resources?.displayMetrics?.density ?: 1f)).toInt()
        // Full width in the lower third; what turns back stands far from it.
        addView(shutter, FrameLayout.LayoutParams(MATCH, height, Gravity.BOTTOM).apply { bottomMargin = height })
        val back = Button(activity).apply { text = words }
        addView(back, FrameLayout.LayoutParams(WRAP, height, Gravity.TOP or Gravity.START).apply { topMargin = height })
        back.setOnClickListener { dismiss() }
        shutter.isEnabled = false
        shutter.setOnClickListener { shoot() }
    }

    private fun choose(): Triple<String, Pixels, Pixels>? {
        val id = manager.cameraIdList.firstOrNull { facing(it) == CameraCharacteristics.LENS_FACING_BACK }
            ?: manager.cameraIdList.firstOrNull() ?: return null
        val facts = manager.getCameraCharacteristics(id)
        sensorDegrees = facts.get(CameraCharacteristics.SENSOR_ORIENTATION) ?: 90
        val sizes = facts.get(CameraCharacteristics.SCALER_STREAM_CONFIGURATION_MAP) ?: return null
        val photo = Picture.size(sizes.getOutputSizes(ImageFormat.JPEG).orEmpty().map { Pixels(it.width, it.height) })
        val offered = sizes.getOutputSizes(SurfaceHolder::class.java).orEmpty().map { Pixels(it.width, it.height) }
        val shown = photo?.let { Picture.preview(offered, it) } ?: return null
        return Triple(id, photo, shown)
    }

    private fun facing(id: String): Int? = manager.getCameraCharacteristics(id).get(CameraCharacteristics.LENS_FACING)

    @SuppressLint("MissingPermission") // The plugin has asked for it before this is made.
    private fun start(id: String) {
        try {
            manager.openCamera(id, opened, handler)
        } catch (error: CameraAccessException) {
            end(if (error.reason == CameraAccessException.CAMERA_IN_USE) Code.BUSY else Code.WITHDRAWN)
        } catch (_: SecurityException) {
            end(Code.WITHDRAWN)
        }
    }

    private val opened = object : CameraDevice.StateCallback() {
        override fun onOpened(camera: CameraDevice) {
            device = camera
            val still = reader?.surface
            // It was closed while the camera opened.
            if (still == null || !answer.isOpen) return camera.close()
            val outputs = listOf(preview.holder.surface, still).map { OutputConfiguration(it) }
            camera.createCaptureSession(
                SessionConfiguration(SessionConfiguration.SESSION_REGULAR, outputs, executor, ready(camera)),
            )
        }

        override fun onDisconnected(camera: CameraDevice) = end(Code.WITHDRAWN)

        override fun onError(camera: CameraDevice, error: Int) = end(
            when (error) {
                ERROR_CAMERA_IN_USE, ERROR_MAX_CAMERAS_IN_USE -> Code.BUSY
                ERROR_CAMERA_DISABLED -> Code.WITHDRAWN
                else -> Code.FAILED
            },
        )
    }

    private fun ready(camera: CameraDevice) = object : CameraCaptureSession.StateCallback() {
        override fun onConfigured(configured: CameraCaptureSession) = guarded {
            session = configured
            val request = camera.createCaptureRequest(CameraDevice.TEMPLATE_PREVIEW)
            request.addTarget(preview.holder.surface)
            request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
            configured.setRepeatingRequest(request.build(), null, handler)
            activity.runOnUiThread { shutter.isEnabled = true }
        }

        override fun onConfigureFailed(configured: CameraCaptureSession) = end(Code.FAILED)
    }

    private fun shoot() = guarded {
        val still = reader?.surface ?: return@guarded
        val request = device?.createCaptureRequest(CameraDevice.TEMPLATE_STILL_CAPTURE) ?: return@guarded
        shutter.isEnabled = false
        request.addTarget(still)
        request.set(CaptureRequest.CONTROL_AF_MODE, CaptureRequest.CONTROL_AF_MODE_CONTINUOUS_PICTURE)
        request.set(CaptureRequest.JPEG_QUALITY, 92.toByte())
        request.set(CaptureRequest.JPEG_ORIENTATION, Picture.turn(sensorDegrees, displayDegrees(), facesPerson = false))
        session?.capture(request.build(), failed, handler)
    }

    private val failed = object : CameraCaptureSession.CaptureCallback() {
        override fun onCaptureFailed(of: CameraCaptureSession, request: CaptureRequest, failure: CaptureFailure) {
            activity.runOnUiThread { shutter.isEnabled = true }
        }
    }

    private fun displayDegrees(): Int {
        @Suppress("DEPRECATION")
        return when (activity.windowManager.defaultDisplay.rotation) {
            Surface.ROTATION_90 -> 90
            Surface.ROTATION_180 -> 180
            Surface.ROTATION_270 -> 270
            else -> 0
        }
    }

    private fun taken(from: ImageReader) {
        val image = from.acquireNextImage() ?: return
        val bytes = image.use { ByteArray(it.planes[0].buffer.remaining()).also(it.planes[0].buffer::get) }
        try {
            handover.write(file, key, most, ByteArrayInputStream(bytes))
            answer.give(Unit)
            end(Code.CANCELLED)
        } catch (refused: Refused) {
            end(refused.code)
        } finally {
            bytes.fill(0)
        }
    }

    /** A camera that is taken away says so by an exception from whatever is called next. */
    private fun guarded(then: () -> Unit) {
        try {
            then()
        } catch (_: CameraAccessException) {
            end(Code.WITHDRAWN)
        } catch (_: IllegalStateException) {
            end(Code.WITHDRAWN)
        }
    }

    /** Ends it, with this reason unless it has been answered. */
    private fun end(code: Code) {
        answer.refuse(code)
        handler.post {
            session?.close()
            device?.close()
            reader?.close()
            session = null
            device = null
            reader = null
            thread.quitSafely()
        }
        activity.runOnUiThread { (screen.parent as? ViewGroup)?.removeView(screen) }
    }

    private companion object {
        const val MATCH = ViewGroup.LayoutParams.MATCH_PARENT
        const val WRAP = ViewGroup.LayoutParams.WRAP_CONTENT
        /** Gloves. */
        const val TOUCH_DP = 64
    }
}
