//! The binary `uniconta-sim`: the simulator on a loopback port, until Ctrl-C.

use clap::Parser;
use simulator_kit::command::{Listening, data, ended, run, say};
use std::path::PathBuf;
use std::process::ExitCode;
use uniconta_sim::{Config, Data, EXAMPLE, Password, Switches, serve};
use uuid::Uuid;

const NAME: &str = "uniconta-sim";

/// A local server that answers as Uniconta's two web interfaces do: the Web API and the OData surface, on one port.
///
/// It listens on 127.0.0.1 only. GET /_sim lists the control surface: rows, faults, calls, Modification URLs, the clock.
///
/// Evidence marks: doc = vendor documentation, code = public client code, meta = type metadata, inf = inferred.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit status: 0 stopped by Ctrl-C, 2 could not start.\n\nExample:\n  UNICONTA_SIM_PASSWORD=example-password uniconta-sim --port 8123 --company 12345 \\\n    --user flexybox --api-key 11111111-2222-4333-8444-555555555555"
)]
struct Arguments {
    #[command(flatten)]
    listening: Listening,
    /// Number of the company
    #[arg(long, value_name = "ID", value_parser = clap::value_parser!(u32).range(1..), required_unless_present = "print_example_data")]
    company: Option<u32>,
    /// Login name, without the company
    #[arg(long, required_unless_present = "print_example_data")]
    user: Option<String>,
    /// Password; better given by the environment, where the process list does not show it
    #[arg(long, env = "UNICONTA_SIM_PASSWORD", hide_env_values = true, required_unless_present = "print_example_data")]
    password: Option<String>,
    /// API key that the Web API accepts
    #[arg(long, value_name = "GUID", required_unless_present = "print_example_data")]
    api_key: Option<Uuid>,
    /// What the books hold; without it, a small made-up fitness club
    #[arg(long, value_name = "FILE.json")]
    data: Option<PathBuf>,
    /// Make the company the user's default, so that a login without it does not say NoCompanyId
    #[arg(long)]
    default_company: bool,
    /// Print the built-in data, as a start for a file of your own, and stop
    #[arg(long)]
    print_example_data: bool,
    /// Keep request bodies in GET /_sim/calls; those of a login are never kept
    #[arg(long)]
    record_bodies: bool,
    #[command(flatten)]
    switches: Switches,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let start = || {
        if arguments.print_example_data {
            return say(EXAMPLE.trim_end());
        }
        let config = config(&arguments)?;
        run(NAME, arguments.listening, |listener| serve(config, listener))
    };
    ended(NAME, start())
}

fn config(arguments: &Arguments) -> Result<Config, String> {
    let mut data = data(arguments.data.as_deref(), Data::parse, Data::example)?;
    let company = arguments.company.ok_or("--company is missing")?;
    if arguments.data.is_none() {
        data.use_as_example_for(company);
    }
    data.default_company |= arguments.default_company;
    Ok(Config {
        company,
        user: arguments.user.clone().ok_or("--user is missing")?,
        password: Password::new(arguments.password.clone().ok_or("--password is missing")?),
        api_key: arguments.api_key.ok_or("--api-key is missing")?,
        data,
        switches: arguments.switches.clone(),
        record_bodies: arguments.record_bodies,
    })
}
