//! The largest body a network lets through. Asked for by sizes that mean nothing, so that no batch is spent on it.

use crate::transport::{Between, Transport, TransportError};

/// Nothing is looked for below this: a network that lets less through lets no record through.
pub(super) const SMALLEST: usize = 512;

/// The largest size below `refused` that passes, to within an eighth. `None` if not even the smallest does.
///
/// Where the question itself is not answered (an older backend, a gateway that turns it away) half is assumed: the
/// next refusal halves it again.
pub(super) async fn widest(transport: &impl Transport, refused: usize) -> Result<Option<usize>, TransportError> {
    let (mut passed, mut fails, mut next) = (0, refused, refused / 2);
    while next >= SMALLEST && next > passed {
        match transport.passes(next).await {
            Ok(()) => passed = next,
            Err(TransportError::Between(Between::TooLarge { .. })) => fails = next,
            Err(error) if error.is_about_everything() => return Err(error),
            Err(_) => return Ok(Some(refused / 2).filter(|half| *half >= SMALLEST)),
        }
        if passed > 0 && fails - passed <= fails / 8 {
            break;
        }
        next = passed.midpoint(fails);
    }
    Ok((passed > 0).then_some(passed))
}

/// Whether a body of `bytes` passes now, where one was turned away before.
pub(super) async fn passes(transport: &impl Transport, bytes: usize) -> Result<bool, TransportError> {
    match transport.passes(bytes).await {
        Ok(()) => Ok(true),
        Err(error) if error.is_about_everything() => Err(error),
        Err(_) => Ok(false),
    }
}
