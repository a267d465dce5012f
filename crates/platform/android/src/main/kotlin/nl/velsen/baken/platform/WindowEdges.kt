package nl.velsen.baken.platform

import android.app.Activity
import android.os.Build
import android.view.WindowInsets

/** Tells how much room bars, cut-outs and the keyboard take: the web view itself says it late or not at all. */
class WindowEdges(private val activity: Activity, private val changed: (Edges) -> Unit) {
    private var last: Edges? = null

    fun begin() {
        val content = activity.window?.decorView ?: return
        content.setOnApplyWindowInsetsListener { view, insets ->
            tell(edges(insets, view.height))
            view.onApplyWindowInsets(insets)
        }
        content.requestApplyInsets()
    }

    fun again() {
        last?.let(changed)
    }

    private fun tell(edges: Edges) {
        if (edges == last) return
        last = edges
        changed(edges)
    }

    private fun edges(insets: WindowInsets, height: Int): Edges {
        val density = activity.resources?.displayMetrics?.density ?: 1f
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val bars = insets.getInsets(WindowInsets.Type.systemBars() or WindowInsets.Type.displayCutout())
            val keyboard = insets.getInsets(WindowInsets.Type.ime()).bottom
            return Edges.of(density, height, bars.top, bars.right, bars.bottom, bars.left, keyboard)
        }
        @Suppress("DEPRECATION")
        return Edges.of(
            density,
            height,
            insets.systemWindowInsetTop,
            insets.systemWindowInsetRight,
            insets.stableInsetBottom,
            insets.systemWindowInsetLeft,
            // What is more than the bars is the keyboard.
            if (insets.systemWindowInsetBottom > insets.stableInsetBottom) insets.systemWindowInsetBottom else 0,
        )
    }
}
