package nl.velsen.baken.platform

import app.tauri.annotation.InvokeArg
import app.tauri.plugin.Channel

/** What the commands are given, as `kotlin/arguments.rs` writes it. */
@InvokeArg
class Watching {
    lateinit var channel: Channel
}

@InvokeArg
class Sealing {
    lateinit var title: String
    lateinit var cancel: String
    lateinit var secret: String
}

@InvokeArg
class Opening {
    lateinit var title: String
    lateinit var cancel: String
    lateinit var envelope: String
}

@InvokeArg
class Forgetting {
    var kept: String? = null
}

@InvokeArg
class Ordered {
    lateinit var name: String
    lateinit var key: String
    var mostBytes: Long = 0
    var mediaTypes: Array<String> = arrayOf()
    var take: String = ""
    var back: String = ""
}

@InvokeArg
class Sharing {
    lateinit var name: String
    lateinit var key: String
    lateinit var title: String
    lateinit var mediaType: String
}

@InvokeArg
class Keeping {
    lateinit var title: String
}

@InvokeArg
class Waking {
    var conditions: String? = null
}

@InvokeArg
class Finished {
    var again: Boolean = false
}

@InvokeArg
class Locating {
    var patienceMs: Long = 0
}
