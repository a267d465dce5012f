//! `POST /v1/enrolments`: an invitation is spent, a device is known from now on.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use baken_protocol::digest::Digest;
use baken_protocol::dsse::Envelope;
use baken_protocol::enrolment::{self, EnrolmentAnswer, EnrolmentRequest};
use baken_protocol::ids::DeviceId;
use baken_protocol::invitation::InvitationCode;
use baken_protocol::refusal::RefusalCode;
use data_encoding::BASE64URL_NOPAD;

use crate::http::bounds::refusals::refused;
use crate::http::extract::origin::Origin;
use crate::http::problem::Problem;
use crate::http::state::AppState;
use crate::register::{Applicant, EnrolmentError, EnrolmentOutcome, let_in};
use crate::storage::{AuditAction, AuditEntry, AuditObject};

/// Enrols a device.
#[utoipa::path(post, path = "/v1/enrolments", operation_id = "enrolDevice",
    request_body(content = Object, description = "`code` and a DSSE envelope `enrolment` (enrol.v1)."),
    responses(
        (status = 201, description = "The device's certificate, label and token, and the key directory.", body = Object),
        (status = 400, description = "malformed: the envelope, its signature or its key is not acceptable.",
         body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "code-unknown.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "code-used, or key-known.", body = Problem,
         content_type = "application/problem+json"),
        (status = 410, description = "code-expired.", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many attempts.", body = Problem, content_type = "application/problem+json"),
    ))]
pub async fn create(
    State(state): State<AppState>,
    origin: Origin,
    request: Result<Json<EnrolmentRequest>, JsonRejection>,
) -> Result<impl IntoResponse, Problem> {
    let Json(request) = request.map_err(|rejection| Problem::of_json(&rejection, malformed()))?;
    let answer = state
        .blocking(move |state| {
            let address = origin.0.to_string();
            let entry = AuditEntry::new("unknown", AuditAction::Enrol, AuditObject::Enrolment, "", &address);
            // A good code is still taken from a network that was refused too often: 55 bits are not guessed in a
            // quarter of an hour.
            enrol(state, request, &entry)
                .map_err(|problem| refused(state, &state.limits.refused_enrolments, origin, &entry, problem))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(answer)))
}

fn enrol(state: &AppState, request: EnrolmentRequest, entry: &AuditEntry<'_>) -> Result<EnrolmentAnswer, Problem> {
    let code = InvitationCode::parse(&request.code).map_err(|_| malformed())?;
    let envelope = Envelope::try_from(request.enrolment).map_err(|_| malformed())?;
    let challenge = code.challenge();
    let verified = enrolment::verify(envelope, challenge).map_err(|_| malformed())?;
    let token = BASE64URL_NOPAD.encode(&state.environment.random::<32>()?);
    let applicant = Applicant {
        device: DeviceId(state.environment.uuid()),
        public_key: verified.payload.public_key,
        challenge,
        enrolment: verified.envelope,
        token_hash: Digest::of(token.as_bytes()),
        enrolled_at: state.environment.clock.now(),
    };
    let (outcome, key_directory) = state.write(|tx| {
        let certifies = (&state.installation.tenant, state.receipt_key.as_ref());
        Ok((let_in(tx, certifies, &applicant, entry)?, tx.key_directory()?))
    })?;
    let key_directory = Envelope::from_json(&key_directory).map_err(|_| Problem::internal())?;
    match outcome {
        EnrolmentOutcome::Enrolled { label, certificate } => Ok(EnrolmentAnswer {
            certificate: certificate.to_dsse(),
            label,
            token,
            key_directory: key_directory.to_dsse(),
        }),
        EnrolmentOutcome::Unknown => Err(Problem::new(
            StatusCode::FORBIDDEN,
            RefusalCode::CodeUnknown,
            "Nobody gave out this code. Check it, or ask the coordinator for a new invitation.",
        )),
        EnrolmentOutcome::Used => Err(Problem::new(
            StatusCode::CONFLICT,
            RefusalCode::CodeUsed,
            "This code was used already. Ask the coordinator for a new invitation.",
        )),
        EnrolmentOutcome::Expired => Err(Problem::new(
            StatusCode::GONE,
            RefusalCode::CodeExpired,
            "This code's time is over. Ask the coordinator for a new invitation.",
        )),
        EnrolmentOutcome::KnownKey => {
            Err(Problem::new(StatusCode::CONFLICT, RefusalCode::KeyKnown, "This device's key is in use already."))
        }
    }
}

fn malformed() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        RefusalCode::Malformed,
        "The enrolment is malformed, not signed by the key it names, or its key is not acceptable.",
    )
}

impl From<EnrolmentError> for Problem {
    fn from(error: EnrolmentError) -> Self {
        match error {
            EnrolmentError::Storage(error) => error.into(),
            EnrolmentError::Envelope(error) => {
                tracing::error!(%error, "a certificate could not be signed");
                Self::internal()
            }
        }
    }
}
