//! Who is signed in and may do what the handler does. A handler names the permission it needs by the type of its argument,
//! so the description names the same one, and none is forgotten: what asks for a session alone is what everybody may who is
//! signed in (their own session, their own key).
//!
//! Roles are read anew with each request: a role that is taken away is gone at once.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;

use super::described::{Call, Described, refuses};
use super::signed_in::{Presence, SignedIn};
use crate::access::Permission;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::storage::{AuditAction, AuditObject};

/// What a handler needs.
pub trait Needs {
    /// That.
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug)]
            pub struct $name;

            impl Needs for $name {
                const PERMISSION: Permission = Permission::$name;
            }
        )+
    };
}

needs!(
    /// [`Permission::ReadRecords`].
    ReadRecords,
    /// [`Permission::ReadSealed`].
    ReadSealed,
    /// [`Permission::HandleRecords`].
    HandleRecords,
    /// [`Permission::ReadDevices`].
    ReadDevices,
    /// [`Permission::ManageDevices`].
    ManageDevices,
    /// [`Permission::ReadMembers`].
    ReadMembers,
    /// [`Permission::ManageMembers`].
    ManageMembers,
    /// [`Permission::ManageContent`].
    ManageContent,
);

/// Who is signed in, and may do what `N` names.
pub struct Allowed<N>(pub SignedIn, pub PhantomData<N>);

/// The same where a page asks by itself: its session is not kept alive by that.
pub struct Unattended<N>(pub SignedIn, pub PhantomData<N>);

impl<N: Needs> FromRequestParts<AppState> for Allowed<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let signed_in = SignedIn::of(parts, state, Presence::AtWork).await?;
        Ok(Self(allowed(state, signed_in, N::PERMISSION).await?, PhantomData))
    }
}

impl<N: Needs> FromRequestParts<AppState> for Unattended<N> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let signed_in = SignedIn::of(parts, state, Presence::Unknown).await?;
        Ok(Self(allowed(state, signed_in, N::PERMISSION).await?, PhantomData))
    }
}

async fn allowed(state: &AppState, signed_in: SignedIn, permission: Permission) -> Result<SignedIn, Problem> {
    if signed_in.account.grant().may(permission) {
        return Ok(signed_in);
    }
    state.blocking(move |state| note(state, &signed_in, permission)).await?;
    Err(Problem::not_permitted())
}

/// Somebody who asks for what is not theirs is worth a line.
fn note(state: &AppState, signed_in: &SignedIn, permission: Permission) -> Result<(), Problem> {
    let entry = signed_in.entry(AuditAction::Overstep, AuditObject::Permission, permission.code());
    let entry = entry.ended("not-permitted");
    state.write(|tx| Ok(tx.audit(state.environment.clock.now(), &entry)?))
}

impl<N: Needs> Described for Allowed<N> {
    fn describe(call: Call, operation: &mut Operation) {
        // Whoever says it first says it.
        let refusals = match call {
            Call::Reads | Call::ReadsHeaders => "not-permitted.",
            Call::Changes => "csrf, cross-site or not-permitted.",
        };
        refuses(call, operation, "403", refusals);
        SignedIn::describe(call, operation);
        let named = Extensions::builder().add("x-permission", N::PERMISSION.code()).build();
        operation.extensions.get_or_insert_default().merge(named);
    }
}

impl<N: Needs> Described for Unattended<N> {
    fn describe(call: Call, operation: &mut Operation) {
        Allowed::<N>::describe(call, operation);
    }
}
