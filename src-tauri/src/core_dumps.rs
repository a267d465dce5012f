//! No core dumps: one of an open store would put its key on the disk in clear. The limit holds for the web view's
//! processes too; the other also keeps programs of the same user from looking into this one.

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

/// Switches them off for this process and those it starts. A system that refuses is told of in the log, no more.
pub(crate) fn switch_off() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    if let Err(error) = setrlimit(Resource::Core, none) {
        tracing::warn!(%error, "core dumps could not be limited");
    }
    // A program that is being developed may be looked into; the tests find its process by that.
    if cfg!(debug_assertions) {
        return;
    }
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "core dumps could not be switched off");
    }
}
