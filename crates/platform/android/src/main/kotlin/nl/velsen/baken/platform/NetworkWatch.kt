package nl.velsen.baken.platform

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network
import android.net.NetworkCapabilities

/** The network that the app would use, as it is and whenever it changes. */
class NetworkWatch(context: Context, private val changed: (NetworkWords) -> Unit) {
    private val manager = context.getSystemService(Context.CONNECTIVITY_SERVICE) as ConnectivityManager
    private var last: NetworkWords? = null

    fun now(): NetworkWords = NetworkWords.of(manager.getNetworkCapabilities(manager.activeNetwork)?.let(::facts))

    fun begin() = manager.registerDefaultNetworkCallback(callback)

    fun end() = manager.unregisterNetworkCallback(callback)

    private val callback = object : ConnectivityManager.NetworkCallback() {
        override fun onCapabilitiesChanged(network: Network, capabilities: NetworkCapabilities) =
            tell(NetworkWords.of(facts(capabilities)))

        override fun onLost(network: Network) = tell(NetworkWords.of(null))
    }

    /** Signal strength changes all the time; only what Rust reads is told. */
    private fun tell(words: NetworkWords) {
        if (words == last) return
        last = words
        changed(words)
    }

    private fun facts(of: NetworkCapabilities) = NetworkFacts(
        internet = of.hasCapability(NetworkCapabilities.NET_CAPABILITY_INTERNET),
        validated = of.hasCapability(NetworkCapabilities.NET_CAPABILITY_VALIDATED),
        captivePortal = of.hasCapability(NetworkCapabilities.NET_CAPABILITY_CAPTIVE_PORTAL),
        unmetered = of.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_METERED),
        roaming = !of.hasCapability(NetworkCapabilities.NET_CAPABILITY_NOT_ROAMING),
    )
}
