package nl.velsen.baken.platform

import android.Manifest
import android.app.Activity
import android.content.ComponentCallbacks
import android.content.Intent
import android.content.pm.PackageManager
import android.content.res.Configuration
import android.util.Base64
import android.view.View
import android.webkit.WebView
import androidx.activity.result.ActivityResult
import androidx.appcompat.app.AppCompatActivity
import app.tauri.PermissionState
import app.tauri.annotation.ActivityCallback
import app.tauri.annotation.Command
import app.tauri.annotation.Permission
import app.tauri.annotation.PermissionCallback
import app.tauri.annotation.TauriPlugin
import app.tauri.plugin.Channel
import app.tauri.plugin.Invoke
import app.tauri.plugin.JSObject
import app.tauri.plugin.Plugin
import java.io.IOException
import java.util.concurrent.Executors
import javax.crypto.AEADBadTagException
import javax.crypto.Cipher

/**
 * What Rust asks of Android; the page asks nothing here. Each command unpacks its arguments and calls one class. They all
 * run on the main thread, and each answers once. What is refused says a code and no more.
 */
@TauriPlugin(
    permissions = [
        Permission(strings = [Manifest.permission.CAMERA], alias = "camera"),
        Permission(strings = [Manifest.permission.RECORD_AUDIO], alias = "microphone"),
        Permission(
            strings = [Manifest.permission.ACCESS_COARSE_LOCATION, Manifest.permission.ACCESS_FINE_LOCATION],
            alias = "location",
        ),
    ],
)
class PlatformPlugin(private val activity: Activity) : Plugin(activity) {
    private val key by lazy { VaultKey(activity) }
    private val prompt = PresencePrompt(activity)
    private val handover = Handover(activity)
    private val locator by lazy { Locator(activity) }
    private val absence = Absence()
    private val disk = Executors.newSingleThreadExecutor()
    private val network = NetworkWatch(activity, ::tellNetwork)
    private val edges = WindowEdges(activity, ::tellEdges)
    @Volatile private var watcher: Channel? = null
    private var camera: CameraScreen? = null
    private var sound: Sound? = null

    override fun load(webView: WebView) {
        webView.settings.allowFileAccess = false
        webView.settings.allowContentAccess = false
        // Neither the system's nor another program's filling-in sees what is typed.
        webView.importantForAutofill = View.IMPORTANT_FOR_AUTOFILL_NO_EXCLUDE_DESCENDANTS
        edges.begin()
    }

    // Events

    @Command
    fun watch(invoke: Invoke) {
        val first = watcher == null
        watcher = invoke.parseArgs(Watching::class.java).channel
        tellNetwork(network.now())
        edges.again()
        if (first) {
            network.begin()
            WakeJob.due = { tell("work-due") }
            activity.application.registerComponentCallbacks(memory)
        }
        invoke.resolve()
    }

    private val memory = object : ComponentCallbacks {
        override fun onConfigurationChanged(to: Configuration) = Unit

        @Deprecated("the one word that every Android still says")
        override fun onLowMemory() = tell("memory-low")
    }

    override fun onStop(activity: AppCompatActivity) {
        // Android gives no sound to what is not seen; what was heard is kept.
        sound?.end()
        tell("left") { put("expected", absence.leaves()) }
    }

    override fun onResume(activity: AppCompatActivity) {
        absence.returns()
        tell("returned")
    }

    override fun onDestroy(activity: AppCompatActivity) {
        if (watcher == null) return
        watcher = null
        WakeJob.due = null
        network.end()
        activity.application.unregisterComponentCallbacks(memory)
    }

    private fun tellNetwork(words: NetworkWords) = tell("network") { putAll(words) }

    private fun tellEdges(edges: Edges) = tell("insets") {
        put("top", edges.top)
        put("right", edges.right)
        put("bottom", edges.bottom)
        put("left", edges.left)
        put("keyboard", edges.keyboard)
        put("height", edges.height)
    }

    private fun tell(kind: String, more: JSObject.() -> Unit = {}) {
        watcher?.send(JSObject().apply { put("kind", kind) }.apply(more))
    }

    // Keystore

    @Command
    fun keystore(invoke: Invoke) = answered(invoke) {
        JSObject().apply {
            put("hardware", key.hardware())
            put("presence", key.presence())
        }
    }

    @Command
    fun seal(invoke: Invoke) = guarded(invoke) {
        val given = invoke.parseArgs(Sealing::class.java)
        val (label, waiting) = key.toSeal()
        prompt.ask(given.title, given.cancel, waiting, OneAnswer { answer ->
            finish(invoke, answer, onRefusal = { key.forget(label) }) { cipher ->
                val secret = decoded(given.secret)
                try {
                    Envelope(label, cipher.iv, cipher.doFinal(secret)).encode()
                } finally {
                    secret.fill(0)
                }
            }
        })
    }

    @Command
    fun open(invoke: Invoke) = guarded(invoke) {
        val given = invoke.parseArgs(Opening::class.java)
        val envelope = Envelope.decode(decoded(given.envelope)) ?: throw Refused(Code.DAMAGED)
        prompt.ask(given.title, given.cancel, key.toOpen(envelope), OneAnswer { answer ->
            finish(invoke, answer) { it.doFinal(envelope.sealed) }
        })
    }

    @Command
    fun forgetOthers(invoke: Invoke) = answered(invoke) {
        val kept = invoke.parseArgs(Forgetting::class.java).kept
        // One that cannot be read keeps every key.
        val label = kept?.let { Envelope.decode(decoded(it)) ?: throw Refused(Code.DAMAGED) }?.label
        key.forgetOthers(label)
        null
    }

    private fun finish(
        invoke: Invoke,
        answer: Result<Cipher>,
        onRefusal: () -> Unit = {},
        then: (Cipher) -> ByteArray,
    ) {
        try {
            val bytes = then(answer.getOrThrow())
            invoke.resolveObject(Base64.encodeToString(bytes, Base64.NO_WRAP))
            bytes.fill(0)
        } catch (error: Exception) {
            onRefusal()
            reject(invoke, error)
        }
    }

    // Capture

    @Command
    fun handoverFolder(invoke: Invoke) = invoke.resolveObject(handover.folder.absolutePath)

    @Command
    fun photograph(invoke: Invoke) = permitted(invoke, "camera", Manifest.permission.CAMERA) {
        val order = invoke.parseArgs(Ordered::class.java)
        camera?.dismiss()
        camera = CameraScreen(
            activity, handover, handover.file(order.name), decoded(order.key), order.mostBytes,
            CameraWords(order.take, order.back), nothing(invoke),
        ).also { it.open() }
    }

    @Command
    fun beginSound(invoke: Invoke) = permitted(invoke, "microphone", Manifest.permission.RECORD_AUDIO) {
        if (sound != null) throw Refused(Code.BUSY)
        val order = invoke.parseArgs(Ordered::class.java)
        val begun = Sound(activity, handover.file(order.name), decoded(order.key), order.mostBytes)
        begun.begin()
        sound = begun
        invoke.resolve()
    }

    @Command
    fun endSound(invoke: Invoke) = guarded(invoke) {
        val ending = sound ?: throw Refused(Code.LOST)
        sound = null
        ending.end()
        onDisk(invoke) { ending.written() }
    }

    // Place

    @Command
    fun locate(invoke: Invoke) =
        permitted(invoke, "location", Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION) {
            val patience = invoke.parseArgs(Locating::class.java).patienceMs
            locator.locate(patience, OneAnswer { answer ->
                answer.onFailure { reject(invoke, it) }.onSuccess { fix ->
                    invoke.resolve(JSObject().apply {
                        put("latitude", fix.latitude)
                        put("longitude", fix.longitude)
                        put("ageMs", fix.ageMs)
                        fix.accuracyM?.let { put("accuracyM", it) }
                    })
                }
            })
        }

    // Network and work

    @Command
    fun network(invoke: Invoke) = answered(invoke) { JSObject().apply { putAll(network.now()) } }

    @Command
    fun keepAlive(invoke: Invoke) = answered(invoke) {
        SendingService.begin(activity, invoke.parseArgs(Keeping::class.java).title)
        null
    }

    @Command
    fun letGo(invoke: Invoke) = answered(invoke) {
        SendingService.end(activity)
        null
    }

    @Command
    fun wakeWhen(invoke: Invoke) = answered(invoke) {
        val need = Need.of(invoke.parseArgs(Waking::class.java).conditions) ?: throw Refused(Code.UNSUPPORTED)
        if (!WakeJob.wish(activity, need)) throw Refused(Code.FAILED)
        null
    }

    @Command
    fun done(invoke: Invoke) = answered(invoke) {
        WakeJob.done(invoke.parseArgs(Finished::class.java).again)
        null
    }

    // Exchange

    @Command
    fun share(invoke: Invoke) = guarded(invoke) {
        val given = invoke.parseArgs(Sharing::class.java)
        val offer = SharedOnce.Offer(handover.file(given.name), decoded(given.key), given.title, given.mediaType)
        absence.opens()
        startActivityForResult(invoke, SharedOnce.offer(activity, offer), "shared")
    }

    @ActivityCallback
    fun shared(invoke: Invoke, @Suppress("UNUSED_PARAMETER") result: ActivityResult) {
        absence.closes()
        invoke.resolve()
    }

    @Command
    fun takeIn(invoke: Invoke) = guarded(invoke) {
        val types = invoke.parseArgs(Ordered::class.java).mediaTypes
        absence.opens()
        val choose = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE)
            .setType(types.singleOrNull() ?: "*/*").putExtra(Intent.EXTRA_MIME_TYPES, types)
        startActivityForResult(invoke, choose, "chosen")
    }

    @ActivityCallback
    fun chosen(invoke: Invoke, result: ActivityResult) {
        absence.closes()
        guarded(invoke) {
            val order = invoke.parseArgs(Ordered::class.java)
            val chosen = result.data?.data ?: throw Refused(Code.CANCELLED)
            onDisk(invoke) {
                val from = activity.contentResolver.openInputStream(chosen) ?: throw Refused(Code.LOST)
                from.use { handover.write(handover.file(order.name), decoded(order.key), order.mostBytes, it) }
            }
        }
    }

    // Window

    @Command
    fun dismiss(invoke: Invoke) {
        prompt.dismiss()
        camera?.dismiss()
        camera = null
        invoke.resolve()
    }

    @Command
    fun leave(invoke: Invoke) {
        activity.moveTaskToBack(true)
        invoke.resolve()
    }

    // Permissions, asked for when something is used for the first time and never before

    private fun permitted(invoke: Invoke, alias: String, vararg anyOf: String, then: () -> Unit) {
        if (has(anyOf)) return guarded(invoke, then)
        absence.opens()
        requestPermissionForAlias(alias, invoke, "permissionAnswered")
    }

    @PermissionCallback
    fun permissionAnswered(invoke: Invoke) {
        absence.closes()
        val (alias, anyOf) = when (invoke.command) {
            "photograph" -> "camera" to arrayOf(Manifest.permission.CAMERA)
            "beginSound" -> "microphone" to arrayOf(Manifest.permission.RECORD_AUDIO)
            // The coarse place alone is an answer too.
            else -> "location" to arrayOf(
                Manifest.permission.ACCESS_FINE_LOCATION, Manifest.permission.ACCESS_COARSE_LOCATION,
            )
        }
        if (!has(anyOf)) {
            val forGood = getPermissionState(alias) == PermissionState.DENIED
            return reject(invoke, Refused(if (forGood) Code.REFUSED_FOR_GOOD else Code.REFUSED))
        }
        when (invoke.command) {
            "photograph" -> photograph(invoke)
            "beginSound" -> beginSound(invoke)
            else -> locate(invoke)
        }
    }

    private fun has(anyOf: Array<out String>) =
        anyOf.any { activity.checkSelfPermission(it) == PackageManager.PERMISSION_GRANTED }

    // Answers

    private fun nothing(invoke: Invoke) = OneAnswer<Unit> { answer ->
        answer.onSuccess { invoke.resolve() }.onFailure { reject(invoke, it) }
    }

    private fun onDisk(invoke: Invoke, then: () -> Unit) = disk.execute {
        guarded(invoke) {
            then()
            invoke.resolve()
        }
    }

    private fun answered(invoke: Invoke, then: () -> JSObject?) = guarded(invoke) {
        then().let { if (it == null) invoke.resolve() else invoke.resolve(it) }
    }

    private fun guarded(invoke: Invoke, then: () -> Unit) {
        try {
            then()
        } catch (error: Exception) {
            reject(invoke, error)
        }
    }

    /** The system's own words stay here: they may hold paths and names. */
    private fun reject(invoke: Invoke, error: Throwable) {
        val code = when (error) {
            is Refused -> error.code
            is AEADBadTagException, is IllegalArgumentException -> Code.DAMAGED
            is SecurityException -> Code.WITHDRAWN
            is IOException -> Handover.code(error)
            else -> Code.FAILED
        }
        invoke.reject(code.word, code.word)
    }

    private fun decoded(text: String): ByteArray = Base64.decode(text, Base64.NO_WRAP)

    private fun JSObject.putAll(words: NetworkWords) {
        put("reach", words.reach)
        put("cost", words.cost)
        put("roaming", words.roaming)
    }
}
