//! What an account may do, by the roles it has. What it may do it with, its levels and its organisation say
//! ([`Clearance`](super::Clearance)).
//!
//! An account has as many roles as its person has tasks: in a small municipality one coordinator looks after the devices
//! too. Deliberately absent: a role that may do everything. Whoever manages the members sees no record by that.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A task of the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum Role {
    /// Reads what comes in and deals with it.
    Coordinator,
    /// The same, for what is marked for care as well.
    CareCoordinator,
    /// Reads the open parts and makes figures.
    Analyst,
    /// Invites devices, revokes them and has them wiped.
    DeviceManager,
    /// Gives roles, takes them away and ends accounts.
    Administrator,
    /// Sees who may do what and which devices there are.
    Auditor,
}

/// Something that may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "kebab-case")]
// What a phone's system permits is called so there already.
#[ts(export, rename = "RolePermission")]
pub enum Permission {
    /// To read the open part of what an account's levels reach, with the signed messages that prove it.
    ReadRecords,
    /// To fetch the sealed part of it and its photos.
    ReadSealed,
    /// To take an observation on, to put it back, to be done with it and to open it again; to make reports, to move them
    /// and to assign them.
    HandleRecords,
    /// To see which devices there are, and what is odd about them.
    ReadDevices,
    /// To invite devices, to revoke them and to have them wiped.
    ManageDevices,
    /// To see who may sign in, and with which roles.
    ReadMembers,
    /// To give roles, to take them away and to end accounts.
    ManageMembers,
    /// To say what devices are given to work with: planned inspections, telephone numbers, for how long they keep what they
    /// hold.
    ManageContent,
}

impl Role {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Coordinator,
        Self::CareCoordinator,
        Self::Analyst,
        Self::DeviceManager,
        Self::Administrator,
        Self::Auditor,
    ];

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::CareCoordinator => "care-coordinator",
            Self::Analyst => "analyst",
            Self::DeviceManager => "device-manager",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// What whoever has it may do.
    pub const fn permissions(self) -> &'static [Permission] {
        use Permission::{
            HandleRecords, ManageContent, ManageDevices, ManageMembers, ReadDevices, ReadMembers, ReadRecords,
            ReadSealed,
        };
        match self {
            Self::Coordinator | Self::CareCoordinator => {
                &[ReadRecords, ReadSealed, HandleRecords, ReadDevices, ManageContent]
            }
            Self::Analyst => &[ReadRecords],
            Self::DeviceManager => &[ReadDevices, ManageDevices],
            Self::Administrator => &[ReadMembers, ManageMembers, ManageContent],
            Self::Auditor => &[ReadMembers, ReadDevices],
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The text names no role.
#[derive(Debug, thiserror::Error)]
#[error("a role is coordinator, care-coordinator, analyst, device-manager, administrator or auditor")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.code() == text).ok_or(RoleError)
    }
}

impl Permission {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ReadRecords,
        Self::ReadSealed,
        Self::HandleRecords,
        Self::ReadDevices,
        Self::ManageDevices,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::ManageContent,
    ];

    /// Whether it is about what was seen, or tells devices where their teams go: that needs somebody who vouched for the
    /// account, beside a role.
    pub const fn is_of_records(self) -> bool {
        match self {
            Self::ReadRecords | Self::ReadSealed | Self::HandleRecords | Self::ManageContent => true,
            Self::ReadDevices | Self::ManageDevices | Self::ReadMembers | Self::ManageMembers => false,
        }
    }

    /// Its code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ReadRecords => "read-records",
            Self::ReadSealed => "read-sealed",
            Self::HandleRecords => "handle-records",
            Self::ReadDevices => "read-devices",
            Self::ManageDevices => "manage-devices",
            Self::ReadMembers => "read-members",
            Self::ManageMembers => "manage-members",
            Self::ManageContent => "manage-content",
        }
    }
}

/// Whether one of these roles allows what needs somebody's word beside it.
pub fn needs_a_word(roles: &[Role]) -> bool {
    roles.iter().any(|role| role.permissions().iter().any(|it| it.is_of_records()))
}

/// Whether whoever has these roles may do it.
pub fn may(roles: &[Role], permission: Permission) -> bool {
    roles.iter().any(|role| role.permissions().contains(&permission))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for role in Role::ALL {
            assert_eq!(role.code().parse::<Role>().unwrap(), role);
            assert_eq!(serde_json::to_value(role).unwrap(), role.code());
        }
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.code());
        }
        assert!("Coordinator".parse::<Role>().is_err());
    }

    #[test]
    fn whoever_has_several_roles_may_do_what_each_of_them_may_and_nothing_else() {
        let both = [Role::Analyst, Role::DeviceManager];
        for permission in Permission::ALL {
            let either = both.iter().any(|role| role.permissions().contains(&permission));
            assert_eq!(may(&both, permission), either, "{permission:?}");
        }
        assert!(!may(&[], Permission::ReadRecords));
    }

    /// Whoever keeps the members or the devices needs no word of what was seen aboard.
    #[test]
    fn no_role_reads_records_for_the_sake_of_another_task() {
        for role in [Role::DeviceManager, Role::Administrator, Role::Auditor] {
            assert!(!may(&[role], Permission::ReadRecords) && !may(&[role], Permission::ReadSealed), "{role}");
        }
        assert!(!may(&[Role::Analyst], Permission::ReadSealed) && !may(&[Role::Analyst], Permission::HandleRecords));
    }
}
