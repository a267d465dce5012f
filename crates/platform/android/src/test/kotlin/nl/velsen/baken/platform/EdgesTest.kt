package nl.velsen.baken.platform

import kotlin.test.assertEquals
import org.junit.Test

class EdgesTest {
    @Test
    fun `pixels of the screen become those of the page`() {
        assertEquals(Edges(24.0, 0.0, 16.0, 0.0, 300.0, 740.0), Edges.of(3f, 2220, 72, 0, 48, -3, 900))
        assertEquals(0.0, Edges.of(0f, 2220, 72, 0, 48, 0, 900).top)
    }
}
