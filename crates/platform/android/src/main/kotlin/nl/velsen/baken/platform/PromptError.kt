package nl.velsen.baken.platform

/**
 * What the system's prompt says when it ends without a yes. The numbers are those of
 * `android.hardware.biometrics.BiometricPrompt`, which do not change; they stand here so that this needs no Android.
 */
object PromptError {
    fun code(number: Int): Code = when (number) {
        1 -> Code.FAILED // hardware unavailable
        3 -> Code.LATE // timeout
        4 -> Code.NO_SPACE // the sensor's own
        5 -> Code.LOST // cancelled by the system, as when the app is left
        7 -> Code.LOCKED_OUT
        9 -> Code.LOCKED_OUT_FOR_GOOD
        10 -> Code.CANCELLED // by the person
        11 -> Code.NOT_ENROLLED
        12 -> Code.UNSUPPORTED // no hardware
        13 -> Code.CANCELLED // the button of ours
        14 -> Code.NOT_ENROLLED // no lock on the device
        15 -> Code.UNSUPPORTED // until the system is updated
        else -> Code.FAILED
    }
}
