package nl.velsen.baken.platform

import java.util.concurrent.atomic.AtomicBoolean

/**
 * Says an answer once, whoever is first: a prompt that was answered can still be torn down, a camera that gave its photo
 * can still fail. What comes later is not said.
 */
class OneAnswer<T>(private val say: (Result<T>) -> Unit) {
    private val said = AtomicBoolean(false)

    val isOpen: Boolean get() = !said.get()

    fun give(answer: T): Boolean = first { say(Result.success(answer)) }

    fun refuse(code: Code): Boolean = first { say(Result.failure(Refused(code))) }

    private fun first(then: () -> Unit): Boolean {
        if (!said.compareAndSet(false, true)) return false
        then()
        return true
    }
}

/** A no with its reason. */
class Refused(val code: Code) : Exception(code.word)
