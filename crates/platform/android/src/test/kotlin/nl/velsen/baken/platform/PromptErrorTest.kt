package nl.velsen.baken.platform

import kotlin.test.assertEquals
import org.junit.Test

class PromptErrorTest {
    @Test
    fun `a lock-out is told apart from a person who turns back, and an unknown number is a failure`() {
        assertEquals(Code.LOCKED_OUT, PromptError.code(7))
        assertEquals(Code.LOCKED_OUT_FOR_GOOD, PromptError.code(9))
        assertEquals(Code.CANCELLED, PromptError.code(10))
        assertEquals(Code.CANCELLED, PromptError.code(13))
        assertEquals(Code.FAILED, PromptError.code(99))
    }
}
