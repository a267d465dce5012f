//! Invitations of members, until they are used or withdrawn.

use baken_protocol::digest::Digest;

use super::accounts::json;
use super::{Columns, SqlTransaction, values};
use crate::storage::{InvitedMember, MemberInvitations, StorageError};

const ALL: &str =
    "SELECT login, organisation, roles, levels, invited_by, invited_at, expires_at FROM member_invitations";

impl MemberInvitations for SqlTransaction<'_> {
    fn invite_member(&self, code: Digest, invited: &InvitedMember) -> Result<(), StorageError> {
        let InvitedMember { login, organisation, roles, levels, invited_by, invited_at, expires_at } = invited;
        let written = |list: Result<String, serde_json::Error>| list.map_err(|_| StorageError::Content);
        let (roles, levels) = (written(serde_json::to_string(roles))?, written(serde_json::to_string(levels))?);
        self.remove_member_invitation(login)?;
        self.sql().execute(
            "INSERT INTO member_invitations
                 (login, code_hash, organisation, roles, levels, invited_by, invited_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            values![login, code, organisation, &roles, &levels, invited_by, *invited_at, *expires_at],
        )?;
        Ok(())
    }

    fn member_invitation(&self, code: Digest) -> Result<Option<InvitedMember>, StorageError> {
        self.sql().first(&format!("{ALL} WHERE code_hash = $1"), values![code], invited)
    }

    fn member_invitations(&self) -> Result<Vec<InvitedMember>, StorageError> {
        self.sql().all(&format!("{ALL} ORDER BY login"), &[], invited)
    }

    fn remove_member_invitation(&self, login: &str) -> Result<bool, StorageError> {
        Ok(self.sql().execute("DELETE FROM member_invitations WHERE login = $1", values![login])? == 1)
    }

    fn remove_member_invitations(&self) -> Result<(), StorageError> {
        self.sql().execute("DELETE FROM member_invitations", &[])?;
        Ok(())
    }
}

fn invited(row: &dyn Columns) -> Result<InvitedMember, StorageError> {
    let (roles, levels) = (json(row.text(2)?)?, json(row.text(3)?)?);
    let (login, organisation, invited_by) = (row.get(0)?, row.get(1)?, row.get(4)?);
    let (invited_at, expires_at) = (row.get(5)?, row.get(6)?);
    Ok(InvitedMember { login, organisation, roles, levels, invited_by, invited_at, expires_at })
}
