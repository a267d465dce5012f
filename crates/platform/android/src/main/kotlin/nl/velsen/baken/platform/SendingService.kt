package nl.velsen.baken.platform

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.Service
import android.content.Context
import android.content.Intent
import android.content.pm.ServiceInfo
import android.graphics.Bitmap
import android.graphics.Canvas
import android.graphics.Color
import android.graphics.Paint
import android.graphics.drawable.Icon
import android.os.Build
import android.os.IBinder

/**
 * Keeps the process alive while the rest is sent after the lock. The notification that the system demands says one
 * neutral word, shows nothing on the locked screen and leads nowhere.
 */
class SendingService : Service() {
    override fun onBind(intent: Intent?): IBinder? = null

    override fun onStartCommand(intent: Intent?, flags: Int, startId: Int): Int {
        val notification = notification(intent?.getStringExtra(TITLE).orEmpty())
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.Q) {
            startForeground(ID, notification, ServiceInfo.FOREGROUND_SERVICE_TYPE_DATA_SYNC)
        } else {
            startForeground(ID, notification)
        }
        // A process that was ended has nothing to send.
        return START_NOT_STICKY
    }

    /** Android 15 gives this kind six hours a day. What is left then leaves after the next unlock. */
    override fun onTimeout(startId: Int, type: Int) = stopSelf()

    private fun notification(title: String): Notification {
        val channel = NotificationChannel(CHANNEL, title.ifEmpty { " " }, NotificationManager.IMPORTANCE_MIN)
        channel.setShowBadge(false)
        channel.lockscreenVisibility = Notification.VISIBILITY_SECRET
        (getSystemService(Context.NOTIFICATION_SERVICE) as NotificationManager).createNotificationChannel(channel)
        return Notification.Builder(this, CHANNEL)
            .setSmallIcon(dot())
            .setContentTitle(title)
            .setVisibility(Notification.VISIBILITY_SECRET)
            .setOngoing(true)
            .build()
    }

    /** It names nothing. */
    private fun dot(): Icon {
        val bitmap = Bitmap.createBitmap(SIDE, SIDE, Bitmap.Config.ARGB_8888)
        val paint = Paint(Paint.ANTI_ALIAS_FLAG).apply { setColor(Color.WHITE) }
        Canvas(bitmap).drawCircle(SIDE / 2f, SIDE / 2f, SIDE / 4f, paint)
        return Icon.createWithBitmap(bitmap)
    }

    companion object {
        private const val SIDE = 96
        private const val ID = 1
        private const val CHANNEL = "working"
        private const val TITLE = "title"

        /** Allowed while the app is seen and just after; then the job has to do. */
        fun begin(context: Context, title: String) {
            try {
                context.startForegroundService(Intent(context, SendingService::class.java).putExtra(TITLE, title))
            } catch (_: IllegalStateException) {
                throw Refused(Code.REFUSED)
            }
        }

        fun end(context: Context) {
            context.stopService(Intent(context, SendingService::class.java))
        }
    }
}
