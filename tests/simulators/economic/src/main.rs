//! The binary `economic-sim`: the simulator on a loopback port, until Ctrl-C.

use clap::Parser;
use economic_sim::{Config, Data, EXAMPLE, Switches, Token, serve};
use simulator_kit::command::{Listening, data, ended, run, say};
use std::path::PathBuf;
use std::process::ExitCode;

const NAME: &str = "economic-sim";

/// A local server that answers as Visma e-conomic's two web interfaces do: the legacy REST interface and the services, on one port.
///
/// It listens on 127.0.0.1 only. GET /_sim lists the control surface: customers, journals, faults, calls, webhooks, the clock.
///
/// Evidence marks: doc = vendor documentation or schema, code = public code or a live agreement, inf = inferred.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit status: 0 stopped by Ctrl-C, 2 could not start.\n\nExample:\n  ECONOMIC_SIM_APP_SECRET=example-app-secret ECONOMIC_SIM_GRANT=example-grant \\\n    economic-sim --port 8124 --agreement 123456"
)]
struct Arguments {
    #[command(flatten)]
    listening: Listening,
    /// Number of the agreement
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..), required_unless_present = "print_example_data")]
    agreement: Option<u32>,
    /// The app's token; better given by the environment, where the process list does not show it
    #[arg(
        long,
        value_name = "TOKEN",
        env = "ECONOMIC_SIM_APP_SECRET",
        hide_env_values = true,
        required_unless_present = "print_example_data"
    )]
    app_secret: Option<String>,
    /// The token of the agreement's grant; better given by the environment
    #[arg(
        long,
        value_name = "TOKEN",
        env = "ECONOMIC_SIM_GRANT",
        hide_env_values = true,
        required_unless_present = "print_example_data"
    )]
    grant: Option<String>,
    /// What the books hold; without it, a small made-up fitness club
    #[arg(long, value_name = "FILE.json")]
    data: Option<PathBuf>,
    /// Print the built-in data, as a start for a file of your own, and stop
    #[arg(long)]
    print_example_data: bool,
    /// Keep request bodies in GET /_sim/calls
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
    let data = data(arguments.data.as_deref(), Data::parse, Data::example)?;
    Ok(Config {
        agreement: arguments.agreement.ok_or("--agreement is missing")?,
        app_secret: Token::new(arguments.app_secret.clone().ok_or("--app-secret is missing")?),
        grant: Token::new(arguments.grant.clone().ok_or("--grant is missing")?),
        data,
        switches: arguments.switches.clone(),
        record_bodies: arguments.record_bodies,
    })
}
