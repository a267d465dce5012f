package nl.velsen.baken.platform

import android.view.inputmethod.EditorInfo

/** Keyboards learn from what is typed, and some carry it away. */
object Keyboard {
    /** Asks the keyboard to learn nothing. One that does not obey cannot be made to. */
    @JvmStatic
    fun plain(field: EditorInfo) {
        field.imeOptions = field.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING
    }
}
