//! The doctor's answer.

use super::words::VerdictWord;
use accounting_service as service;
use serde::Serialize;
use utoipa::ToSchema;

/// One thing the doctor looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Examined {
    /// Stable; an open set.
    code: String,
    verdict: VerdictWord,
    /// What was looked at and what was seen, in the language asked for.
    message: String,
    /// What to do, step by step.
    steps: Vec<String>,
}

/// Why nothing arrives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Diagnosis {
    installation: String,
    /// The worst of all.
    verdict: VerdictWord,
    /// In the order a person should read it.
    examined: Vec<Examined>,
}

impl From<service::Diagnosis> for Diagnosis {
    fn from(diagnosis: service::Diagnosis) -> Self {
        let examined = |step: service::Examined| Examined {
            code: step.code.to_owned(),
            verdict: step.verdict.into(),
            message: step.message,
            steps: step.steps,
        };
        Self {
            installation: diagnosis.installation,
            verdict: diagnosis.verdict.into(),
            examined: diagnosis.examined.into_iter().map(examined).collect(),
        }
    }
}
