package nl.velsen.baken

import android.os.Build
import android.os.Bundle
import android.view.View
import android.view.Window
import android.view.WindowManager

/** The one window. What must hold before its first frame is set here; everything else is the plugin's. */
class MainActivity : TauriActivity() {
    override fun onCreate(savedInstanceState: Bundle?) {
        // No screenshot, no recording, no picture among the recent apps; nothing ever switches it off.
        window?.addFlags(WindowManager.LayoutParams.FLAG_SECURE)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) setRecentsScreenshotEnabled(false)
        // A touch that went through another app's window is no touch.
        window?.decorView?.filterTouchesWhenObscured = true
        window?.let(::toItsEdges)
        super.onCreate(savedInstanceState)
    }

    /** As Android 15 does by itself: the page keeps its own distance from bars and keyboard (`WindowEdges`). */
    private fun toItsEdges(window: Window) {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            window.setDecorFitsSystemWindows(false)
            return
        }
        @Suppress("DEPRECATION")
        window.decorView.systemUiVisibility = window.decorView.systemUiVisibility or
            View.SYSTEM_UI_FLAG_LAYOUT_STABLE or
            View.SYSTEM_UI_FLAG_LAYOUT_HIDE_NAVIGATION or
            View.SYSTEM_UI_FLAG_LAYOUT_FULLSCREEN
    }
}
