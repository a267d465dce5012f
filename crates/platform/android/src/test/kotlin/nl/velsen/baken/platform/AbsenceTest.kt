package nl.velsen.baken.platform

import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.junit.Test

class AbsenceTest {
    @Test
    fun `leaving is expected only while a screen of the system is open`() {
        val absence = Absence()
        assertFalse(absence.leaves())
        absence.returns()
        absence.opens()
        assertTrue(absence.leaves())
        assertFalse(absence.leaves(), "left again without having returned")
        absence.returns()
        absence.closes()
        assertFalse(absence.leaves())
    }

    @Test
    fun `what closes twice does not owe an opening`() {
        val absence = Absence()
        absence.closes()
        absence.opens()
        assertTrue(absence.leaves())
    }
}
