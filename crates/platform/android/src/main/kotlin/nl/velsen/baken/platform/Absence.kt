package nl.velsen.baken.platform

/**
 * Whether leaving the window is expected: only while a screen of the system that the plugin itself opened covers it.
 * A second leaving within it is none of ours.
 */
class Absence {
    private var opened = 0
    private var away = false

    fun opens() {
        opened += 1
    }

    fun closes() {
        opened = maxOf(0, opened - 1)
    }

    /** Whether this leaving comes back by itself. */
    fun leaves(): Boolean {
        val expected = opened > 0 && !away
        away = true
        return expected
    }

    fun returns() {
        away = false
    }
}
