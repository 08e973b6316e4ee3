//! The host as a child process: started, killed as a power cut would, started again on the same folder and port.

use crate::error::CannotRun;
use crate::programs::Programs;
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long the host may take to say that it listens. Compiling a connector takes some seconds where the machine is busy.
const UNTIL_READY: Duration = Duration::from_secs(60);
/// How long the host may take to stop when it is asked to: what is under way may finish.
const UNTIL_STOPPED: Duration = Duration::from_secs(60);
/// Everything that a key of the trial may do.
const SCOPES: &str =
    "installations:read,installations:write,customers:write,days:write,outbox:read,operate,metrics:read,admin";
/// Lines of the host's log that are shown when it does not start.
const LOG_LINES: usize = 15;

/// The host.
#[derive(Debug)]
pub struct Host {
    harness: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    base: String,
    child: Option<Child>,
}

impl Host {
    /// Make the folder's keys and choose a port; nothing runs yet. Also gives the API key.
    ///
    /// # Errors
    /// The program does not do what it is asked.
    pub async fn prepare(
        programs: &Programs,
        folder: &Path,
        routes: &[(&str, &str)],
    ) -> Result<(Self, String), CannotRun> {
        let cannot = |error: std::io::Error| CannotRun::because(folder.display(), error);
        let data = folder.join("data");
        std::fs::create_dir_all(&data).map_err(cannot)?;
        let key_file = folder.join("key");
        let key = run(&programs.harness, &["keys", "new"]).await?;
        std::fs::write(&key_file, key).map_err(cannot)?;
        only_ours(&key_file).map_err(cannot)?;
        let (data, key_file) = (data.display().to_string(), key_file.display().to_string());
        let key = ["api-key", "new", "--data", &data, "--name", "trial", "--scopes", SCOPES, "--json"];
        let said = run(&programs.harness, &key).await?;
        let said: Value =
            serde_json::from_str(&said).map_err(|_| CannotRun::new("api-key new --json did not print JSON"))?;
        let secret = said.get("secret").and_then(Value::as_str);
        let secret = secret.ok_or_else(|| CannotRun::new("api-key new --json printed no secret"))?.to_owned();
        let port = free_port()?;
        let base = format!("http://127.0.0.1:{port}");
        let mut arguments: Vec<String> =
            ["serve", "--json", "--data", &data, "--key-file", &key_file, "--public-url", &base]
                .map(str::to_owned)
                .to_vec();
        arguments.extend(["--listen".to_owned(), format!("127.0.0.1:{port}")]);
        for connector in [Some(&programs.uniconta), programs.hostile.as_ref()].into_iter().flatten() {
            arguments.extend(["--connector".to_owned(), connector.display().to_string()]);
        }
        for (host, target) in routes {
            arguments.extend(["--route".to_owned(), format!("{host}={target}")]);
        }
        let host = Self { harness: programs.harness.clone(), arguments, folder: folder.to_owned(), base, child: None };
        Ok((host, secret))
    }

    /// Where it listens, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The process id; none when it does not run.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// Start it, and wait until it says that it is ready. How long that took.
    ///
    /// # Errors
    /// It does not start; the text has the end of its log.
    pub async fn start(&mut self) -> Result<Duration, CannotRun> {
        let began = Instant::now();
        let log = self.log().map_err(|error| CannotRun::because(self.folder.display(), error))?;
        let mut child = Command::new(&self.harness)
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| CannotRun::because(self.harness.display(), error))?;
        let output = child.stdout.take().ok_or_else(|| CannotRun::new("the host has no output"))?;
        let mut lines = BufReader::new(output).lines();
        let first = match timeout(UNTIL_READY, lines.next_line()).await {
            Ok(Ok(Some(line))) => line,
            Ok(Ok(None)) => return Err(self.not_started("it ended")),
            Ok(Err(error)) => return Err(self.not_started(&error.to_string())),
            Err(_) => return Err(self.not_started(&format!("not ready within {} s", UNTIL_READY.as_secs()))),
        };
        let said = serde_json::from_str::<Value>(&first).unwrap_or_default();
        if said.get("listening").and_then(Value::as_str).is_none() {
            return Err(self.not_started(&format!("its first line does not say where it listens: {first}")));
        }
        // What else it prints is read, so that it never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        self.child = Some(child);
        Ok(began.elapsed())
    }

    /// Kill it as a power cut would; nothing is asked, nothing is finished. Says if it had ended by itself before.
    ///
    /// # Errors
    /// It cannot be killed.
    pub async fn kill(&mut self) -> Result<Option<ExitStatus>, CannotRun> {
        let Some(mut child) = self.child.take() else { return Ok(None) };
        let cannot = |error: std::io::Error| CannotRun::because("the host cannot be killed", error);
        let ended = child.try_wait().map_err(cannot)?;
        if ended.is_none() {
            child.kill().await.map_err(cannot)?;
        }
        Ok(ended)
    }

    /// Ask it to stop, and wait. Its exit status.
    ///
    /// # Errors
    /// It does not stop within a minute.
    pub async fn stop(&mut self) -> Result<ExitStatus, CannotRun> {
        let mut child = self.child.take().ok_or_else(|| CannotRun::new("the host does not run"))?;
        if let Some(pid) = child.id() {
            // The standard library only knows how to kill.
            let asked = Command::new("sh").arg("-c").arg(format!("kill -TERM {pid}")).status().await;
            asked.map_err(|error| CannotRun::because("sh", error))?;
        }
        match timeout(UNTIL_STOPPED, child.wait()).await {
            Ok(status) => status.map_err(|error| CannotRun::because("the host", error)),
            Err(_) => Err(CannotRun::new(format!("the host did not stop within {} s", UNTIL_STOPPED.as_secs()))),
        }
    }

    /// The file that the host's log goes to.
    pub fn log_path(&self) -> PathBuf {
        self.folder.join("host.log")
    }

    fn log(&self) -> std::io::Result<File> {
        OpenOptions::new().create(true).append(true).open(self.log_path())
    }

    fn not_started(&self, reason: &str) -> CannotRun {
        let log = std::fs::read_to_string(self.log_path()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LOG_LINES)..).unwrap_or_default().join("\n");
        CannotRun::because("the host does not start", format!("{reason}\n{last}"))
    }
}

/// Run a command of the program to its end; what it printed.
async fn run(program: &Path, arguments: &[&str]) -> Result<String, CannotRun> {
    let what = || format!("{} {}", program.display(), arguments.iter().take(2).copied().collect::<Vec<_>>().join(" "));
    let output = Command::new(program).args(arguments).stdin(Stdio::null()).output().await;
    let output = output.map_err(|error| CannotRun::because(what(), error))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(CannotRun::because(what(), String::from_utf8_lossy(&output.stderr))),
    }
}

/// A port that was free a moment ago. The host needs its own address before it listens, and the same one after a restart.
fn free_port() -> Result<u16, CannotRun> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0));
    listener
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| CannotRun::because("no port", error))
}

/// Nobody else may read a file with a key in it.
fn only_ours(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}
