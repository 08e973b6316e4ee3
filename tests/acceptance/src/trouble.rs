//! What goes wrong between the connector and Uniconta, for sequences that a test makes up.

use uniconta_sim::{Fault, FaultAction};

/// One call goes wrong.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// The line breaks before anything arrived.
    DropBefore,
    /// The line breaks after Uniconta did it.
    DropAfter,
    /// The answer ends after so many bytes; Uniconta did it.
    Truncated(usize),
    /// Status 503, and nothing done.
    Unavailable,
    /// Status 200 with a code that does not say whether anything was saved.
    NotSaved,
}

impl Trouble {
    /// As the simulator takes it, after `skip` calls that go well.
    pub fn fault(self, skip: u32) -> Fault {
        let action = match self {
            Self::DropBefore => FaultAction::DropBefore,
            Self::DropAfter => FaultAction::DropAfter,
            Self::Truncated(at) => FaultAction::TruncateAt(at),
            Self::Unavailable => {
                FaultAction::Status { status: 503, body: String::new(), content_type: "text/plain".to_owned() }
            }
            Self::NotSaved => FaultAction::OkWithError("CouldNotSave".to_owned()),
        };
        Fault { skip, ..Fault::next(action) }
    }
}
