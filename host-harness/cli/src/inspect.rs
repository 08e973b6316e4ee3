//! `harness inspect`: what a connector is, asks for and offers, without any outside call.

use crate::answer::{CannotRun, Verdict, print, print_json};
use crate::commands::Language;
use crate::compiled::Compiled;
use crate::load;
use host_harness::bindings::exports::configure::{Connector as Description, SettingSpec};
use host_harness::bindings::types::Localized;
use host_harness::component_info::ComponentInfo;
use host_harness::replay::to_json;
use host_harness::table::{table, text};
use serde_json::json;
use std::path::PathBuf;

/// Show what a connector is: size, exports, imports, capabilities, settings, hosts. No outside call
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  harness inspect connector.wasm\n  harness inspect connector.wasm --json")]
pub(crate) struct Args {
    /// The connector, a .wasm component
    connector: PathBuf,
    /// Labels in one language only
    #[arg(long, value_enum)]
    locale: Option<Language>,
    #[command(flatten)]
    compiled: Compiled,
    /// Print one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<Verdict, CannotRun> {
    let connector = load::connector(&args.connector, 1, &args.compiled)?;
    let description = load::description(&connector).await?;
    let info = connector.info();
    if args.json {
        print_json(&json!({"component": info, "connector": to_json(&description)}))?;
    } else {
        print(&for_people(info, &description, args.locale));
    }
    Ok(Verdict::Good)
}

fn for_people(info: &ComponentInfo, description: &Description, language: Option<Language>) -> String {
    let kib = info.size.div_ceil(1024);
    let mut out = format!("{} {} ({})\n", description.name, description.version, description.id);
    out.push_str(&format!("size          {kib} KiB ({} bytes)\n", info.size));
    out.push_str(&format!("sha256        {}\n", info.sha256));
    out.push_str(&format!("made by       {}\n", or_none(&info.producers)));
    out.push_str(&format!("capabilities  {}\n", or_none(&description.capabilities)));
    out.push_str(&format!("hosts         {}\n", or_none(&description.hosts)));
    for (heading, names) in [("exports", &info.exports), ("imports", &info.imports)] {
        out.push_str(&format!("\n{heading}\n"));
        names.iter().for_each(|name| out.push_str(&format!("  {name}\n")));
    }
    let mut settings = table(&["setting", "kind", "required", "secret", "default", "label"]);
    for spec in &description.settings {
        let default = spec.default_value.clone().unwrap_or_default();
        settings.add_row([
            &spec.key,
            &kind(spec),
            yes(spec.required),
            yes(spec.secret),
            &default,
            &label(&spec.label, language),
        ]);
    }
    out.push_str(&format!("\n{}", text(&settings)));
    if !description.limits.is_empty() {
        let mut limits = table(&["property", "longest text"]);
        for limit in &description.limits {
            limits.add_row([limit.property.clone(), limit.max_length.to_string()]);
        }
        out.push_str(&format!("\n{}", text(&limits)));
    }
    out
}

fn kind(spec: &SettingSpec) -> String {
    let kind = to_json(&spec.kind).as_str().unwrap_or_default().to_owned();
    if spec.choices.is_empty() {
        return kind;
    }
    let choices: Vec<&str> = spec.choices.iter().map(|choice| choice.value.as_str()).collect();
    format!("{kind}: {}", choices.join(" | "))
}

fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "" }
}

fn label(label: &Localized, language: Option<Language>) -> String {
    match language {
        Some(Language::Da) => label.da.clone(),
        Some(Language::En) => label.en.clone(),
        None => format!("{} / {}", label.da, label.en),
    }
}

fn or_none(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
