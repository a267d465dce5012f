package nl.velsen.baken.platform

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.Test

class BestFixTest {
    private fun fix(accuracy: Double?, age: Long = 0) = Measured(52.46, 4.6, accuracy, age)

    @Test
    fun `something sure ends the search and something vague does not`() {
        val best = BestFix()
        assertFalse(best.offer(fix(900.0)))
        assertTrue(best.offer(fix(12.0)))
        assertEquals(12.0, best.found?.accuracyM)
    }

    @Test
    fun `the surest stays, and one that does not say how sure it is gives way`() {
        val best = BestFix()
        best.offer(fix(null))
        best.offer(fix(300.0))
        best.offer(fix(700.0))
        assertEquals(300.0, best.found?.accuracyM)
    }

    @Test
    fun `where one was before is not where one is`() {
        val best = BestFix()
        assertFalse(best.offer(fix(5.0, age = BestFix.OLDEST_MS + 1)))
        assertNull(best.found)
    }

    @Test
    fun `what is kept gets older`() {
        val best = BestFix()
        best.offer(fix(50.0, age = 10))
        best.aged(90)
        assertEquals(100, best.found?.ageMs)
    }
}
