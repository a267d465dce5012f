/** Which of the classes that are named, one a line, are interfaces: Java itself knows best of its own. */
fun main() = generateSequence(::readlnOrNull).filter(::isInterface).forEach(::println)

private fun isInterface(name: String): Boolean =
    runCatching { Class.forName(name.replace('/', '.'), false, null).isInterface }.getOrDefault(false)
