package nl.velsen.baken.platform

import android.app.Activity
import android.hardware.biometrics.BiometricManager
import android.hardware.biometrics.BiometricPrompt
import android.os.Build
import android.os.CancellationSignal
import javax.crypto.Cipher

/** The system's own prompt for a finger or face. One at a time: another takes the place of the one before. */
class PresencePrompt(private val activity: Activity) {
    private var shown: CancellationSignal? = null

    fun ask(title: String, cancel: String, cipher: Cipher, answer: OneAnswer<Cipher>) {
        dismiss()
        val builder = BiometricPrompt.Builder(activity)
            .setTitle(title)
            .setNegativeButton(cancel, activity.mainExecutor) { _, _ -> answer.refuse(Code.CANCELLED) }
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            builder.setAllowedAuthenticators(BiometricManager.Authenticators.BIOMETRIC_STRONG)
        }
        val signal = CancellationSignal().also { shown = it }
        val heard = object : BiometricPrompt.AuthenticationCallback() {
            override fun onAuthenticationSucceeded(result: BiometricPrompt.AuthenticationResult) {
                // The very cipher that the hardware let through, and no other.
                val opened = result.cryptoObject?.cipher
                if (opened == null) answer.refuse(Code.FAILED) else answer.give(opened)
            }

            override fun onAuthenticationError(number: Int, words: CharSequence) {
                answer.refuse(PromptError.code(number))
            }
        }
        builder.build().authenticate(BiometricPrompt.CryptoObject(cipher), signal, activity.mainExecutor, heard)
    }

    fun dismiss() {
        shown?.cancel()
        shown = null
    }
}
