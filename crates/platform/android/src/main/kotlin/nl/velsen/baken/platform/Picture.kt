package nl.velsen.baken.platform

/** Width and height in pixels. */
data class Pixels(val width: Int, val height: Int) {
    val count: Long get() = width.toLong() * height
}

/** How a photo is made: which of the sensor's sizes, and how it is turned. */
object Picture {
    /** More is scaled away afterwards, and costs memory now. */
    const val MOST = 12_600_000L

    /** The largest that is not more than [MOST]; the smallest where all are. Null where there is none. */
    fun size(offered: List<Pixels>): Pixels? =
        offered.filter { it.count <= MOST }.maxByOrNull { it.count } ?: offered.minByOrNull { it.count }

    /** The largest preview that fills the screen's shape without being larger than needed. */
    fun preview(offered: List<Pixels>, photo: Pixels): Pixels? {
        val shape = photo.width.toDouble() / photo.height
        val alike = offered.filter { kotlin.math.abs(it.width.toDouble() / it.height - shape) < 0.02 }
        return (alike.ifEmpty { offered }).filter { it.count <= PREVIEW_MOST }.maxByOrNull { it.count }
    }

    /** By how many degrees the JPEG is turned clockwise, of a sensor built in at an angle and a device held at another. */
    fun turn(sensorDegrees: Int, displayDegrees: Int, facesPerson: Boolean): Int {
        val sign = if (facesPerson) 1 else -1
        return Math.floorMod(sensorDegrees + sign * displayDegrees, 360)
    }

    private const val PREVIEW_MOST = 1920L * 1440
}
