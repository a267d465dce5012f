package nl.velsen.baken.platform

import android.content.Context
import android.content.pm.PackageManager
import android.hardware.biometrics.BiometricManager
import android.hardware.fingerprint.FingerprintManager
import android.os.Build
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyInfo
import android.security.keystore.KeyPermanentlyInvalidatedException
import android.security.keystore.KeyProperties
import android.security.keystore.StrongBoxUnavailableException
import java.security.KeyStore
import java.security.SecureRandom
import java.security.UnrecoverableKeyException
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.GCMParameterSpec

/**
 * AES keys in the hardware that work only after it has compared a finger or face itself, at every use, and that are gone
 * for good when fingers or faces are added. The device's own PIN does not do: whoever has watched it being typed would
 * have the key too.
 */
class VaultKey(private val context: Context) {
    private val store: KeyStore = KeyStore.getInstance(PROVIDER).apply { load(null) }

    /** The words of `Hardware` in Rust. */
    fun hardware(): String {
        if (context.packageManager.hasSystemFeature(PackageManager.FEATURE_STRONGBOX_KEYSTORE)) return "strong-box"
        val probe = KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).run {
            init(parameters(PROBE).build())
            generateKey()
        }
        try {
            val factory = SecretKeyFactory.getInstance(probe.algorithm, PROVIDER)
            val info = factory.getKeySpec(probe, KeyInfo::class.java) as KeyInfo
            return if (isInHardware(info)) "trusted-environment" else "software"
        } finally {
            store.deleteEntry(PROBE)
        }
    }

    /** The words of `Presence` in Rust. */
    fun presence(): String = when (presenceNumber()) {
        BiometricManager.BIOMETRIC_SUCCESS -> "strong"
        BiometricManager.BIOMETRIC_ERROR_NONE_ENROLLED -> "not-enrolled"
        else -> "none"
    }

    /** A fresh key, in the separate chip where there is one and it has room; a cipher that waits for somebody. */
    fun toSeal(): Pair<String, Cipher> {
        val label = KeyLabel.of(ByteArray(8).also { SecureRandom().nextBytes(it) })
        val key = try {
            make(label, strongBox = true)
        } catch (_: StrongBoxUnavailableException) {
            make(label, strongBox = false)
        }
        return label to Cipher.getInstance(TRANSFORMATION).apply { init(Cipher.ENCRYPT_MODE, key) }
    }

    /** A cipher that waits for somebody. Deletes nothing where the key is gone: Rust decides on the way back. */
    fun toOpen(envelope: Envelope): Cipher {
        val key = try {
            store.getKey(envelope.label, null) as? SecretKey
        } catch (_: UnrecoverableKeyException) {
            null
        } ?: throw Refused(Code.INVALIDATED)
        try {
            return Cipher.getInstance(TRANSFORMATION)
                .apply { init(Cipher.DECRYPT_MODE, key, GCMParameterSpec(128, envelope.nonce)) }
        } catch (_: KeyPermanentlyInvalidatedException) {
            throw Refused(Code.INVALIDATED)
        }
    }

    fun forgetOthers(kept: String?) = KeyLabel.others(store.aliases().toList(), kept).forEach(store::deleteEntry)

    fun forget(label: String) = store.deleteEntry(label)

    private fun make(label: String, strongBox: Boolean): SecretKey {
        val wished = parameters(label)
            .setUserAuthenticationRequired(true)
            .setInvalidatedByBiometricEnrollment(true)
            .setUnlockedDeviceRequired(true)
            .setIsStrongBoxBacked(strongBox)
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            wished.setUserAuthenticationParameters(0, KeyProperties.AUTH_BIOMETRIC_STRONG)
        }
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, PROVIDER).run {
            init(wished.build())
            generateKey()
        }
    }

    private fun parameters(label: String) =
        KeyGenParameterSpec.Builder(label, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM)
            .setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE)
            .setKeySize(256)

    private fun isInHardware(info: KeyInfo): Boolean {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.S) {
            @Suppress("DEPRECATION")
            return info.isInsideSecureHardware
        }
        return info.securityLevel == KeyProperties.SECURITY_LEVEL_TRUSTED_ENVIRONMENT ||
            info.securityLevel == KeyProperties.SECURITY_LEVEL_STRONGBOX
    }

    private fun presenceNumber(): Int {
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            val manager = context.getSystemService(Context.BIOMETRIC_SERVICE) as? BiometricManager
            return manager?.canAuthenticate(BiometricManager.Authenticators.BIOMETRIC_STRONG)
                ?: BiometricManager.BIOMETRIC_ERROR_NO_HARDWARE
        }
        @Suppress("DEPRECATION")
        val fingers = context.getSystemService(Context.FINGERPRINT_SERVICE) as? FingerprintManager
        @Suppress("DEPRECATION")
        return when {
            fingers == null || !fingers.isHardwareDetected -> BiometricManager.BIOMETRIC_ERROR_NO_HARDWARE
            !fingers.hasEnrolledFingerprints() -> BiometricManager.BIOMETRIC_ERROR_NONE_ENROLLED
            else -> BiometricManager.BIOMETRIC_SUCCESS
        }
    }

    private companion object {
        const val PROVIDER = "AndroidKeyStore"
        const val PROBE = "probe"
        const val TRANSFORMATION = "AES/GCM/NoPadding"
    }
}
