/** Stands in for what Android's build tool writes into every package: whether this is a debug build. */
package {{package}}

object BuildConfig {
    const val DEBUG = false
}
