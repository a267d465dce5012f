package nl.velsen.baken.platform

import java.io.File

/** The names of handover files, as Rust chooses them: nothing else is written, read or deleted. */
object CaptureName {
    private val ONE = Regex("(photo|sound|file)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.sealed")

    /** The file of this name, or null for a name that is not one of these. */
    fun fileIn(folder: File, name: String): File? = if (ONE.matches(name)) File(folder, name) else null
}
