package nl.velsen.baken.platform

/** Why something was not done: the same words in the same order as `PlatformError` in Rust, which a test there holds. */
enum class Code(val word: String) {
    UNSUPPORTED("unsupported"),
    REFUSED("refused"),
    REFUSED_FOR_GOOD("refused-for-good"),
    WITHDRAWN("withdrawn"),
    CANCELLED("cancelled"),
    LATE("late"),
    LOST("lost"),
    BUSY("busy"),
    NO_SPACE("no-space"),
    TOO_LARGE("too-large"),
    INVALIDATED("invalidated"),
    LOCKED_OUT("locked-out"),
    LOCKED_OUT_FOR_GOOD("locked-out-for-good"),
    NOT_ENROLLED("not-enrolled"),
    DAMAGED("damaged"),
    FAILED("failed"),
}
