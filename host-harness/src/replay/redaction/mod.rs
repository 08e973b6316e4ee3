//! Taking secrets and personal data out of a recording before any of it is written.
//!
//! Secrets (settings marked secret, credentials seen in headers, tokens in answers) get stand-ins, always. Personal data
//! gets made-up words unless the data is made up already: every text on customers, links, calls of the link and in
//! answers is cut into words, and each word is replaced wherever it occurs, numbers included.

mod dictionary;
mod scenario_texts;
mod secrets;
mod tokens;
mod vocabulary;

use super::body::Body;
use super::exchange::{AnswerSpec, HIDDEN, RequestSpec, is_credential};
use super::recorder::Heard;
use crate::bindings::exports::configure::Connector as Description;
use crate::scenario::{EventSpec, Scenario};
use dictionary::Dictionary;
use scenario_texts::{Role, machine_words, visit, visit_json, visit_numbers};
use secrets::{SHORTEST_SECRET, Secrets};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is done about personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Privacy {
    /// The data is made up; only secrets are replaced.
    Fictional,
    /// Everything is replaced by made-up words, but for these.
    Pseudonyms {
        /// Words that mean something to the connector, e.g. an answer it compares with.
        keep: Vec<String>,
    },
}

/// Replaces what must not be written.
pub(crate) struct Redaction {
    secrets: Secrets,
    dictionary: Option<Dictionary>,
}

/// A recording that cannot be made safe.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RedactionError {
    /// Replacing it would replace half of everything.
    #[error(
        "the secret setting {0:?} is shorter than {SHORTEST_SECRET} characters, too short to be told apart; use a longer one for recording"
    )]
    ShortSecret(String),
    /// The machine gives no random numbers.
    #[error("no random numbers for a key: {0}")]
    NoKey(String),
}

/// The fewest characters of a token that is replaced wherever it occurs.
const SHORTEST_TOKEN: usize = 8;

/// Whether every secret of a scenario can be replaced. Ask before anything is run.
///
/// # Errors
/// A secret is too short.
pub(crate) fn can_be_safe(scenario: &Scenario, description: &Description) -> Result<(), RedactionError> {
    let secret = description.settings.iter().filter(|spec| spec.secret);
    let values = secret.filter_map(|spec| Some((&spec.key, scenario.settings.get(&spec.key)?)));
    let mut short = values.filter(|(_, value)| (1..SHORTEST_SECRET).contains(&value.chars().count()));
    short.next().map_or(Ok(()), |(key, _)| Err(RedactionError::ShortSecret(key.clone())))
}

impl Redaction {
    /// Find out what must not be written.
    ///
    /// # Errors
    /// There is no randomness.
    pub(crate) fn of(
        scenario: &Scenario,
        description: &Description,
        heard: &[Heard],
        privacy: &Privacy,
    ) -> Result<Self, RedactionError> {
        let mut secrets = Secrets::default();
        let is_secret = |key: &str| description.settings.iter().any(|spec| spec.secret && spec.key == key);
        for (key, value) in scenario.settings.iter().filter(|(key, _)| is_secret(key)) {
            secrets.add(value, key);
        }
        for credential in credentials(heard) {
            secrets.add(&credential, "credential");
        }
        for (number, token) in tokens_in_answers(heard).into_iter().enumerate() {
            secrets.add(&token, &format!("token-{}", number.saturating_add(1)));
        }
        let dictionary = match privacy {
            Privacy::Fictional => None,
            Privacy::Pseudonyms { keep } => {
                let mut key = [0; 32];
                getrandom::fill(&mut key).map_err(|error| RedactionError::NoKey(error.to_string()))?;
                let mut dictionary = Dictionary::new(key);
                keep.iter().for_each(|word| dictionary.keep(word));
                vocabulary::words().for_each(|word| dictionary.keep(&word));
                numbers_given(scenario, heard).iter().for_each(|number| dictionary.keep(number));
                machine_words(scenario, &is_secret).iter().for_each(|word| dictionary.keep(word));
                description.hosts.iter().for_each(|host| dictionary.keep(host));
                secrets.stand_ins().for_each(|stand_in| dictionary.keep(stand_in));
                learn(&mut dictionary, &secrets, scenario, heard);
                dictionary.make_up();
                Some(dictionary)
            }
        };
        Ok(Self { secrets, dictionary })
    }

    /// Only hides these secrets, for showing on a screen.
    pub(crate) fn masking(secrets: &[String]) -> Self {
        let mut masked = Secrets::default();
        secrets.iter().for_each(|secret| masked.mask(secret, HIDDEN));
        Self { secrets: masked, dictionary: None }
    }

    /// A text without secrets and personal data.
    pub(crate) fn text(&self, text: &str) -> String {
        let safe = self.secrets.replace(text);
        self.dictionary.as_ref().map_or(safe.clone(), |dictionary| dictionary.replace(&safe))
    }

    /// JSON without secrets and personal data.
    pub(crate) fn json(&self, value: &Value) -> Value {
        let mut value = value.clone();
        visit_json(&mut value, &mut |text| *text = self.text(text));
        if let Some(dictionary) = &self.dictionary {
            visit_numbers(&mut value, &mut |number| {
                let made_up = dictionary.replace_number(&number.to_string());
                if let Some(new) = made_up.and_then(|digits| serde_json::from_str(digits).ok()) {
                    *number = new;
                }
            });
        }
        value
    }

    /// A scenario without secrets and personal data.
    pub(crate) fn scenario(&self, scenario: &Scenario) -> Scenario {
        let mut safe = scenario.clone();
        visit(&mut safe, &mut |_, text| *text = self.text(text));
        safe
    }

    /// An answer without secrets and personal data, repetitions written short.
    pub(crate) fn answer(&self, heard: &Heard) -> AnswerSpec {
        let mut answer = AnswerSpec::of(&heard.answer);
        for value in answer.headers.values_mut() {
            *value = self.text(value);
        }
        answer.body = match answer.body {
            Body::Json(value) => Body::Json(self.json(&value)).shortened(),
            Body::Text(text) => Body::Text(self.text(&text)),
            other => other,
        };
        if let (Some(_), Body::Text(text)) = (answer.truncate_at, &answer.body) {
            answer.truncate_at = Some(text.len());
        }
        answer
    }

    /// A request without secrets and personal data.
    pub(crate) fn request(&self, request: RequestSpec) -> RequestSpec {
        let headers = request.headers.into_iter().map(|(name, value)| {
            let value = self.text(&value);
            (name, value)
        });
        let body = match request.body {
            Body::Json(value) => Body::Json(self.json(&value)),
            Body::Text(text) => Body::Text(self.text(&text)),
            other => other,
        };
        RequestSpec { url: self.text(&request.url), headers: headers.collect(), body, ..request }
    }

    /// How many words were given made-up ones.
    pub(crate) fn words(&self) -> usize {
        self.dictionary.as_ref().map_or(0, Dictionary::len)
    }

    /// Whether a secret is left in a text that is about to be written.
    pub(crate) fn leaks(&self, text: &str) -> bool {
        self.secrets.are_in(text)
    }
}

/// Values of headers that carry credentials, schemes taken off.
fn credentials(heard: &[Heard]) -> Vec<String> {
    let headers = heard.iter().flat_map(|one| &one.request.headers);
    let values = headers
        .filter(|(name, _)| is_credential(name))
        .map(|(_, value)| value.split_once(' ').map_or(value.as_str(), |(_, credential)| credential).to_owned());
    values.filter(|value| value.len() >= SHORTEST_TOKEN).collect()
}

/// Values in answers whose names say that they are secret.
fn tokens_in_answers(heard: &[Heard]) -> Vec<String> {
    let mut found = Vec::new();
    for response in heard.iter().filter_map(|one| one.answer.as_ref().ok()) {
        if let Body::Json(value) = Body::of(&response.body) {
            collect_tokens(&value, &mut found);
        }
    }
    found
}

fn collect_tokens(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                match value {
                    Value::String(text) if names_a_secret(key) && text.len() >= SHORTEST_TOKEN => {
                        if !found.contains(text) {
                            found.push(text.clone());
                        }
                    }
                    other => collect_tokens(other, found),
                }
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_tokens(element, found)),
        _ => {}
    }
}

fn names_a_secret(key: &str) -> bool {
    let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    ["token", "password", "secret", "apikey"].iter().any(|word| key.ends_with(word))
}

/// The numbers a connector gives vouchers by itself: numbers in what it sends for a day that stand nowhere in what it was told.
/// They are worked out anew on every run, so they are kept where they come back.
fn numbers_given(scenario: &Scenario, heard: &[Heard]) -> BTreeSet<String> {
    if !scenario.events.iter().all(|event| matches!(event, EventSpec::DayClosed(_))) {
        return BTreeSet::new();
    }
    let mut told = numbers_in(&serde_json::to_value(scenario).unwrap_or_default());
    let mut given = BTreeSet::new();
    for one in heard {
        if let Body::Json(body) = Body::of(&one.request.body) {
            given.extend(numbers_in(&body).difference(&told).cloned());
        }
        if let Ok(Body::Json(body)) = one.answer.as_ref().map(|answer| Body::of(&answer.body)) {
            told.extend(numbers_in(&body).difference(&given).cloned());
        }
    }
    given
}

/// Every whole number within JSON, those within texts as well.
fn numbers_in(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut value = value.clone();
    visit_json(&mut value, &mut |text| {
        let digits = text.split(|sign: char| !sign.is_ascii_digit()).filter(|part| !part.is_empty());
        found.extend(digits.map(str::to_owned));
    });
    visit_numbers(&mut value, &mut |number| {
        found.insert(number.to_string());
    });
    found
}

fn learn(dictionary: &mut Dictionary, secrets: &Secrets, scenario: &Scenario, heard: &[Heard]) {
    let mut copy = scenario.clone();
    visit(&mut copy, &mut |role, text| {
        if role == Role::Personal {
            dictionary.learn(&secrets.replace(text));
        }
    });
    for response in heard.iter().filter_map(|one| one.answer.as_ref().ok()) {
        match Body::of(&response.body) {
            Body::Json(mut value) => visit_json(&mut value, &mut |text| {
                // An address is a machine's; what is personal in it was learnt from where it came.
                if !text.starts_with("https://") && !text.starts_with("http://") {
                    dictionary.learn(&secrets.replace(text));
                }
            }),
            Body::Text(text) => between_marks(&text).for_each(|part| dictionary.learn(&secrets.replace(part))),
            Body::Empty | Body::Base64(_) => {}
        }
    }
}

/// The text of XML or HTML without its marks; any other text whole.
fn between_marks(text: &str) -> impl Iterator<Item = &str> {
    let marked = text.trim_start().starts_with('<');
    text.split('<').filter_map(move |part| if marked { part.split_once('>').map(|(_, text)| text) } else { Some(part) })
}
