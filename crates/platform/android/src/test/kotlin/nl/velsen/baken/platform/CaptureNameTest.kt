package nl.velsen.baken.platform

import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertNull
import org.junit.Test

class CaptureNameTest {
    @Test
    fun `only names that Rust makes lead to a file`() {
        val folder = File("/data")
        val name = "photo-00000000-0000-0000-0000-00000000000a.sealed"
        assertEquals(File(folder, name), CaptureName.fileIn(folder, name))
        for (other in listOf("../$name", "$name/x", "x.jpg", name.uppercase(), name.dropLast(1), "")) {
            assertNull(CaptureName.fileIn(folder, other), other)
        }
    }
}
