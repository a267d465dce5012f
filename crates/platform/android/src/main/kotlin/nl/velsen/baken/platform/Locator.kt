package nl.velsen.baken.platform

import android.annotation.SuppressLint
import android.content.Context
import android.location.Location
import android.location.LocationListener
import android.location.LocationManager
import android.os.Bundle
import android.os.Handler
import android.os.Looper
import android.os.SystemClock

/** The place by the platform's own location manager, without Play Services. Ends by itself, with the best it has. */
class Locator(context: Context) {
    private val manager = context.getSystemService(Context.LOCATION_SERVICE) as LocationManager
    private val handler = Handler(Looper.getMainLooper())

    @SuppressLint("MissingPermission") // The plugin has asked for it.
    fun locate(patienceMs: Long, answer: OneAnswer<Measured>) {
        val providers = manager.getProviders(true).filter { it != LocationManager.PASSIVE_PROVIDER }
        if (providers.isEmpty()) {
            answer.refuse(Code.UNSUPPORTED)
            return
        }
        val search = Search(answer)
        try {
            providers.mapNotNull(manager::getLastKnownLocation).forEach(search::onLocationChanged)
            for (provider in providers) {
                if (answer.isOpen) manager.requestLocationUpdates(provider, 0L, 0f, search, Looper.getMainLooper())
            }
        } catch (_: SecurityException) {
            answer.refuse(Code.WITHDRAWN)
            manager.removeUpdates(search)
            return
        }
        handler.postDelayed({ search.over() }, patienceMs)
    }

    private inner class Search(private val answer: OneAnswer<Measured>) : LocationListener {
        private val best = BestFix()
        private val begun = SystemClock.elapsedRealtime()

        override fun onLocationChanged(location: Location) {
            val age = (SystemClock.elapsedRealtimeNanos() - location.elapsedRealtimeNanos) / 1_000_000
            val accuracy = if (location.hasAccuracy()) location.accuracy.toDouble() else null
            // Kept by its age at the beginning: at the end everything is aged by the same.
            val now = SystemClock.elapsedRealtime() - begun
            if (best.offer(Measured(location.latitude, location.longitude, accuracy, maxOf(0, age - now)))) over()
        }

        fun over() {
            manager.removeUpdates(this)
            best.aged(SystemClock.elapsedRealtime() - begun)
            val found = best.found
            if (found == null) answer.refuse(Code.LATE) else answer.give(found)
        }

        // Without these an older Android ends the app when it calls them.
        @Deprecated("called by Android 9")
        override fun onStatusChanged(provider: String?, status: Int, extras: Bundle?) = Unit

        override fun onProviderEnabled(provider: String) = Unit

        override fun onProviderDisabled(provider: String) = Unit
    }
}
