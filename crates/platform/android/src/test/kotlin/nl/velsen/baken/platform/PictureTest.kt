package nl.velsen.baken.platform

import kotlin.test.assertEquals
import kotlin.test.assertNull
import org.junit.Test

class PictureTest {
    @Test
    fun `the largest size within bounds is taken, and the smallest where none is`() {
        val offered = listOf(Pixels(8000, 6000), Pixels(4080, 3060), Pixels(1920, 1080))
        assertEquals(Pixels(4080, 3060), Picture.size(offered))
        assertEquals(Pixels(8000, 6000), Picture.size(listOf(Pixels(9000, 7000), Pixels(8000, 6000))))
        assertNull(Picture.size(emptyList()))
    }

    @Test
    fun `the preview has the shape of the photo`() {
        val offered = listOf(Pixels(1920, 1080), Pixels(1440, 1080), Pixels(4080, 3060))
        assertEquals(Pixels(1440, 1080), Picture.preview(offered, Pixels(4080, 3060)))
    }

    @Test
    fun `a photo stands upright however the device is held`() {
        assertEquals(90, Picture.turn(90, 0, facesPerson = false))
        assertEquals(0, Picture.turn(90, 90, facesPerson = false))
        assertEquals(180, Picture.turn(90, 270, facesPerson = false))
        assertEquals(0, Picture.turn(270, 90, facesPerson = true))
    }
}
