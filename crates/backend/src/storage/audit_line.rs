//! A line of the audit log: who did what to what, how it ended, from where. It is made of codes and ids, so that
//! somebody can count and search; what is told in words stands in its detail.

use baken_protocol::digest::Digest;

/// Where the command line's lines come from.
pub const LOCAL: &str = "local";
/// Whose lines those are.
pub const OPERATOR: &str = "operator";

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$of])* $variant,)* }

        impl $name {
            /// As it is stored.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

codes! {
    /// What was done.
    AuditAction {
        /// What was asked about an observation was answered, or needs no answer.
        Answer = "answer",
        /// The author of an observation was asked something.
        Ask = "ask",
        /// Somebody who joined was let in by somebody who reads, or was given team keys they lacked.
        Admit = "admit",
        /// A copy of the register was made.
        Backup = "backup",
        /// A member has another key of their own.
        ChangeMemberKey = "change-member-key",
        /// A member has another passphrase.
        ChangePassphrase = "change-passphrase",
        /// A member has another password.
        ChangePassword = "change-password",
        /// A team's key was changed.
        ChangeTeamKey = "change-team-key",
        /// An account was shut.
        Disable = "disable",
        /// A record was taken out with its proof.
        Dossier = "dossier",
        /// A device was let in.
        Enrol = "enrol",
        /// Somebody is done with an observation.
        Handle = "handle",
        /// A file that somebody carried was taken in.
        Import = "import",
        /// A second factor was taken away.
        EndSecondFactor = "end-second-factor",
        /// Every session of an account was ended.
        EndSessions = "end-sessions",
        /// An account was given other roles.
        GiveRoles = "give-roles",
        /// An invitation was made.
        Invite = "invite",
        /// Somebody was invited to be a member.
        InviteMember = "invite-member",
        /// Somebody who was invited joined.
        Join = "join",
        /// A report was made.
        MakeReport = "make-report",
        /// A report was moved along.
        MoveReport = "move-report",
        /// A report was given to somebody, or to nobody.
        AssignReport = "assign-report",
        /// A task about a report was planned.
        PlanTask = "plan-task",
        /// A task about a report is over.
        EndTask = "end-task",
        /// Something sealed was written down about a report.
        WriteNote = "write-note",
        /// Another body was asked to take a report over.
        Refer = "refer",
        /// What that body said was written down.
        AnswerReferral = "answer-referral",
        /// A list for devices was loaded.
        LoadCatalogue = "load-catalogue",
        /// A page of a list was shown.
        List = "list",
        /// Somebody asked for what none of their roles allows.
        Overstep = "overstep",
        /// A device is to be wiped.
        OrderWipe = "order-wipe",
        /// A name of the municipality's own sign-in was given to an account.
        BindSubject = "bind-subject",
        /// Such a name was taken from an account.
        UnbindSubject = "unbind-subject",
        /// The municipality's own sign-in was set.
        SetProvider = "set-provider",
        /// The municipality's own sign-in was taken away.
        EndProvider = "end-provider",
        /// A batch was brought.
        Push = "push",
        /// Something that was taken on was put back.
        PutBack = "put-back",
        /// Something was shown.
        Read = "read",
        /// The key directory was renewed.
        Renew = "renew",
        /// Something that was handled was opened again.
        Reopen = "reopen",
        /// A register was made from a copy.
        Restore = "restore",
        /// A device was shut out.
        Revoke = "revoke",
        /// A second factor was put in force.
        SetSecondFactor = "set-second-factor",
        /// Everything signed was signed by the next receipt key.
        SignAnew = "sign-anew",
        /// Somebody signed in, or tried.
        SignIn = "sign-in",
        /// Somebody signed out.
        SignOut = "sign-out",
        /// A newer key directory was taken into a restored register.
        TakeIn = "take-in",
        /// Somebody takes something on.
        TakeOn = "take-on",
        /// An invitation was withdrawn.
        Withdraw = "withdraw",
    }
}

codes! {
    /// What kind of thing it was done to.
    AuditObject {
        /// An account, by login.
        Account = "account",
        /// The list of alerts.
        Alerts = "alerts",
        /// An attachment, by hash.
        Attachment = "attachment",
        /// A batch, as `DEVICE.CHAIN/SEQ`.
        Batch = "batch",
        /// A file that somebody carried, by its hash.
        CarriedFile = "carried-file",
        /// A list for devices, by its kind.
        Catalogue = "catalogue",
        /// A device, by id.
        Device = "device",
        /// The signed messages of a record.
        Evidence = "evidence",
        /// An enrolment.
        Enrolment = "enrolment",
        /// An inspection, by the record that was asked for.
        Inspection = "inspection",
        /// The list of inspections.
        Inspections = "inspections",
        /// The list of contact moments.
        Contacts = "contacts",
        /// A contact moment.
        Contact = "contact",
        /// An invitation, by id.
        Invitation = "invitation",
        /// A key directory, by epoch.
        KeyDirectory = "key-directory",
        /// The asker's own wrapped key.
        MemberKey = "member-key",
        /// An observation, by the record that was asked for.
        Observation = "observation",
        /// The inbox.
        Observations = "observations",
        /// What none of the asker's roles allows.
        Permission = "permission",
        /// The list of members.
        Members = "members",
        /// Who read a report or an observation, by its name.
        Readers = "readers",
        /// The municipality's own sign-in, by its issuer.
        Provider = "provider",
        /// A record, as `DEVICE.OPERATION`.
        Record = "record",
        /// The whole register.
        Register = "register",
        /// The sealed part of a record.
        SealedPart = "sealed-part",
        /// Records, by the number that people call them by.
        Records = "records",
        /// Sealed parts that were fetched to be searched, each named in the detail.
        SealedParts = "sealed-parts",
        /// A report, by what it is called by.
        Report = "report",
        /// The list of reports.
        Reports = "reports",
        /// The sealed texts of a report.
        ReportTexts = "report-texts",
        /// The list of tasks.
        Tasks = "tasks",
        /// A session.
        Session = "session",
        /// A team, by name.
        Team = "team",
    }
}

/// One line of the audit log.
#[derive(Debug, Clone, Copy)]
pub struct AuditEntry<'a> {
    /// Account login, device id, `operator` or `unknown`.
    pub actor: &'a str,
    /// What was done.
    pub action: AuditAction,
    /// To what kind of thing.
    pub object: AuditObject,
    /// Which of that kind; empty where there is only one.
    pub id: &'a str,
    /// `ok`, or the code of the refusal.
    pub result: &'a str,
    /// Network address, or `local`.
    pub origin: &'a str,
    /// What for. Nobody is asked yet; it has its place since the shape of a line cannot be mended later.
    pub purpose: Option<&'a str>,
    /// More of it in words: what a list was asked, how many were shown.
    pub detail: Option<&'a str>,
}

impl<'a> AuditEntry<'a> {
    /// A line of an act that went well.
    pub const fn new(actor: &'a str, action: AuditAction, object: AuditObject, id: &'a str, origin: &'a str) -> Self {
        Self { actor, action, object, id, result: "ok", origin, purpose: None, detail: None }
    }

    /// What was done at the command line.
    pub const fn by_operator(action: AuditAction, object: AuditObject, id: &'a str) -> Self {
        Self::new(OPERATOR, action, object, id, LOCAL)
    }

    /// The same line with another end.
    #[must_use]
    pub const fn ended(self, result: &'a str) -> Self {
        Self { result, ..self }
    }

    /// The same line with more of it in words.
    #[must_use]
    pub const fn with_detail(self, detail: &'a str) -> Self {
        Self { detail: Some(detail), ..self }
    }

    /// The line of an act on something that may not be there.
    #[must_use]
    pub const fn if_found(self, found: bool) -> Self {
        if found { self.ended("ok") } else { self.ended("not-found") }
    }

    /// The hash of this line, written at `at` after the one with the hash `before`.
    pub(super) fn hash(&self, before: &str, at: &str) -> Option<Digest> {
        let Self { actor, action, object, id, result, origin, purpose, detail } = *self;
        hash((before, at, actor, action.code(), object.code(), id, result, origin, purpose, detail))
    }
}

/// What a line's hash covers, as a JSON array in this order.
type Line<'a> =
    (&'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, &'a str, Option<&'a str>, Option<&'a str>);

fn hash(line: Line<'_>) -> Option<Digest> {
    serde_json::to_vec(&line).ok().map(|bytes| Digest::of(&bytes))
}

/// A line as it is stored, to be checked.
#[derive(Debug)]
pub struct StoredLine {
    /// Its place.
    pub id: u64,
    /// Its hash as the row says.
    pub hash: String,
    /// When, who, what, to what kind, to which, with what end, from where.
    pub texts: [String; 7],
    /// What for.
    pub purpose: Option<String>,
    /// More of it in words.
    pub detail: Option<String>,
}

impl StoredLine {
    /// Whether it is the line that was written after the one with the hash `before`.
    pub fn follows(&self, before: &str) -> bool {
        let [at, actor, action, object, id, result, origin] = &self.texts;
        let (purpose, detail) = (self.purpose.as_deref(), self.detail.as_deref());
        hash((before, at, actor, action, object, id, result, origin, purpose, detail))
            .is_some_and(|hash| hash.to_string() == self.hash)
    }
}
