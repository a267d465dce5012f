//! A handler on its way into the router, with its description: what its extractors say of themselves is added to what
//! stands on it by hand.

use axum::handler::Handler;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa_axum::router::UtoipaMethodRouter;

use crate::http::extract::described::{Call, Described};
use crate::http::state::AppState;

/// What all extractors of a handler say.
pub(super) trait Extracted {
    /// Adds it to the description.
    fn describe(call: Call, operation: &mut Operation);
}

/// A handler that extracts nothing.
impl Extracted for ((),) {
    fn describe(_call: Call, _operation: &mut Operation) {}
}

/// As axum names the arguments of a handler: how its last one is extracted, then all of them.
macro_rules! extracted {
    ($($argument:ident)+) => {
        impl<How, $($argument: Described),+> Extracted for (How, $($argument,)+) {
            fn describe(call: Call, operation: &mut Operation) {
                $($argument::describe(call, operation);)+
            }
        }
    };
}

extracted!(A);
extracted!(A B);
extracted!(A B C);
extracted!(A B C D);
extracted!(A B C D E);
extracted!(A B C D E F);
extracted!(A B C D E F G);

/// The route of `handler`, described.
pub(super) fn described<H: Handler<T, AppState>, T: Extracted>(
    _handler: &H,
    (schemas, mut paths, router): UtoipaMethodRouter<AppState>,
) -> UtoipaMethodRouter<AppState> {
    for item in paths.paths.values_mut() {
        for (call, operation) in calls(item) {
            T::describe(call, operation);
        }
    }
    (schemas, paths, router)
}

/// The calls there are at a path.
pub(super) fn calls(item: &mut PathItem) -> impl Iterator<Item = (Call, &mut Operation)> {
    let PathItem { get, put, post, delete, options, head, patch, trace, .. } = item;
    let reading = [get, options, trace].into_iter().flatten().map(|operation| (Call::Reads, operation));
    let heading = head.iter_mut().map(|operation| (Call::ReadsHeaders, operation));
    let changing = [put, post, delete, patch].into_iter().flatten().map(|operation| (Call::Changes, operation));
    reading.chain(heading).chain(changing)
}

/// One handler for `OpenApiRouter::routes`.
macro_rules! endpoint {
    ($($handler:tt)+) => {
        $crate::http::routes::endpoint::described(&$($handler)+, utoipa_axum::routes!($($handler)+))
    };
}

pub(super) use endpoint;
