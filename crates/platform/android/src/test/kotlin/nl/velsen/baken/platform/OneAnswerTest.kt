package nl.velsen.baken.platform

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.junit.Test

class OneAnswerTest {
    @Test
    fun `the first answer is said and no other`() {
        val said = mutableListOf<String>()
        val answer = OneAnswer<String> { said += it.getOrElse { why -> (why as Refused).code.word } }
        assertTrue(answer.isOpen)
        assertTrue(answer.refuse(Code.LOCKED_OUT))
        assertFalse(answer.give("secret"))
        assertFalse(answer.refuse(Code.CANCELLED))
        assertEquals(listOf("locked-out"), said)
    }
}
