package nl.velsen.baken

/** Stands in for the app's activity where mistakes are planted and there is no project for Android yet. */
class MainActivity : TauriActivity() {
    fun label(): String = getString(R.string.app_name)
}
