//! Real proxies before a real backend: those of docs/proxy, through which everything goes, and gateways that hinder.
//! `make proxies` runs these with a root certificate in `SSL_CERT_FILE` and leaves signed by it in `BAKEN_CERTIFICATES`.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use baken_backend::admin::doctor::{Outcome, Report, examine};
use baken_backend::environment::Environment;
use baken_companion::sync::{HttpTransport, SyncOutcome};
use baken_companion::{FailureCode, RecordState};

use crate::device::{Device, SECRET};
use crate::portals::narrative;
use crate::world::World;

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn certificates() -> PathBuf {
    std::env::var_os("BAKEN_CERTIFICATES").expect("run by `make proxies`").into()
}

/// A server in a folder of its own, ended with the test.
struct Server {
    child: Child,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked to stop, so that it ends its own workers.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

impl Server {
    async fn start(program: &str, arguments: &[&str], folder: tempfile::TempDir, port: u16) -> Self {
        let mut command = Command::new(program);
        let log = fs::File::create(folder.path().join("stderr")).unwrap();
        command.args(arguments).env("HOME", folder.path()).env("XDG_DATA_HOME", folder.path());
        let child = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let server = Self { child, folder };
        let address: SocketAddr = ([127, 0, 0, 1], port).into();
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
            let log = fs::read_to_string(server.folder.path().join("stderr")).unwrap_or_default();
            assert!(Instant::now() < deadline, "{program} does not listen: {log}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }
}

/// A snippet of docs/proxy with this test's port, name, certificate and backend.
fn snippet(name: &str, port: u16, world: &World, certificate: &str) -> String {
    let text = fs::read_to_string(Path::new("../docs/proxy").join(name)).unwrap();
    let (folder, backend) = (certificates(), world.url().replace("http://", ""));
    let changed = text
        .replace("/etc/ssl/baken/fullchain.pem", folder.join(format!("{certificate}.pem")).to_str().unwrap())
        .replace("/etc/ssl/baken/privkey.pem", folder.join(format!("{certificate}.key")).to_str().unwrap())
        .replace("127.0.0.1:8787", &backend)
        .replace("baken.example:443", &format!("localhost:{port}"))
        .replace("listen 443", &format!("listen 127.0.0.1:{port}"))
        .replace("*:443", &format!("127.0.0.1:{port}"))
        .replace("baken.example", "localhost");
    assert_ne!(changed, text);
    changed
}

async fn nginx(servers: &str, port: u16) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().display().to_string();
    let temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|name| format!("{name}_temp_path {at}/{name};\n"))
        .concat();
    let config = format!(
        "daemon off;\nmaster_process off;\npid {at}/pid;\nerror_log {at}/error.log;\nevents {{}}\n\
         http {{\naccess_log off;\n{temp}{servers}\n}}\n"
    );
    let path = folder.path().join("nginx.conf");
    fs::write(&path, config).unwrap();
    let path = path.to_str().unwrap().to_owned();
    let log = format!("{at}/start.log");
    Server::start("nginx", &["-c", &path, "-p", &at, "-e", &log], folder, port).await
}

async fn caddy(config: &str, port: u16) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Caddyfile");
    // Nothing beside the site: no administration, no port 80.
    fs::write(&path, format!("{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{config}")).unwrap();
    let path = path.to_str().unwrap().to_owned();
    Server::start("caddy", &["run", "--adapter", "caddyfile", "--config", &path], folder, port).await
}

async fn apache(config: &str, port: u16) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path().display().to_string();
    let modules =
        ["mpm_event", "authz_core", "ssl", "socache_shmcb", "proxy", "proxy_http", "headers", "reqtimeout", "rewrite"]
            .map(|name| format!("LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"))
            .concat();
    let base = format!(
        "ServerRoot {at}\nServerName localhost\nPidFile {at}/pid\nErrorLog {at}/error.log\nDefaultRuntimeDir {at}\n\
         Mutex pthread\n{modules}Listen 127.0.0.1:{port}\n{config}"
    );
    let path = folder.path().join("apache.conf");
    fs::write(&path, base).unwrap();
    let path = path.to_str().unwrap().to_owned();
    Server::start("apache2", &["-f", &path, "-DFOREGROUND"], folder, port).await
}

async fn doctor(url: &str) -> Report {
    examine(&url.parse().unwrap(), &Environment::system()).await.unwrap()
}

fn found(report: &Report, check: &str) -> Outcome {
    let finding = report.findings.iter().find(|finding| finding.check == check);
    finding.unwrap_or_else(|| panic!("{check} was not tried: {:?}", report.findings)).outcome
}

/// Everything goes through, a push as large as there is too, and the doctor finds nothing.
async fn everything_goes_through(world: &World, url: &str) {
    let device = world.device_behind("a", url).await;
    let mut records: Vec<_> = (0..30).map(|number| device.record(&narrative(number, 9_000))).collect();
    records.push(device.record_with_photo("foto"));
    assert_eq!(device.sync().await, SyncOutcome::Done, "{url}");
    assert!(records.iter().all(|record| device.state_of(record).state == RecordState::Acknowledged));
    assert_eq!(device.store().home().unwrap().network_limit_bytes, None);
    assert_eq!(world.verified().operations, 31);
    let report = doctor(url).await;
    let wrong: Vec<_> = report.findings.iter().filter(|finding| finding.outcome != Outcome::Holds).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(report.findings.len() >= 15, "{}", report.findings.len());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn nginx_as_described_lets_everything_through() {
    let (world, port) = (World::new().await, free_port());
    let _server = nginx(&snippet("nginx.conf", port, &world, "good"), port).await;
    everything_goes_through(&world, &format!("https://localhost:{port}")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn caddy_as_described_lets_everything_through() {
    let (world, port) = (World::new().await, free_port());
    let _server = caddy(&snippet("Caddyfile", port, &world, "good"), port).await;
    everything_goes_through(&world, &format!("https://localhost:{port}")).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn apache_as_described_lets_everything_through() {
    let (world, port) = (World::new().await, free_port());
    let _server = apache(&snippet("apache.conf", port, &world, "good"), port).await;
    everything_goes_through(&world, &format!("https://localhost:{port}")).await;
}

/// What gateways on the way do, and which check of the doctor says so.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn gateways_that_hinder_are_got_through_and_the_doctor_names_each() {
    let hand_on = "proxy_set_header Host $http_host;";
    for (what, directives, check, outcome) in [
        ("no PATCH", "if ($request_method = PATCH) { return 405; }", "method-patch", Outcome::Warning),
        ("no HEAD", "if ($request_method = HEAD) { return 403; }", "method-head", Outcome::Warning),
        ("no PUT", "if ($request_method = PUT) { return 403; }", "method-put", Outcome::Warning),
        ("no DELETE", "if ($request_method = DELETE) { return 403; }", "method-delete", Outcome::Warning),
        (
            "strips back",
            "proxy_hide_header Upload-Offset; proxy_hide_header Upload-Complete; proxy_hide_header Upload-Length;",
            "headers-back",
            Outcome::Warning,
        ),
        ("strips there", "proxy_set_header Upload-Offset \"\";", "headers-there", Outcome::Warning),
        ("strips the version", "proxy_hide_header API-Version;", "api-version", Outcome::Fails),
        ("1 MB", "client_max_body_size 1m;", "size-of-push", Outcome::Fails),
        ("100 kB", "client_max_body_size 100k;", "size-of-piece", Outcome::Fails),
        (
            "20 kB, unbuffered",
            "client_max_body_size 20k; proxy_request_buffering off;",
            "size-of-piece",
            Outcome::Fails,
        ),
    ] {
        let (world, port) = (World::new().await, free_port());
        let body = if what.contains('B') { "" } else { "client_max_body_size 10m;" };
        let servers = format!(
            "server {{ listen 127.0.0.1:{port}; {body} location / {{ {directives} proxy_pass {}; {hand_on} }} }}",
            world.url()
        );
        let _server = nginx(&servers, port).await;
        let url = format!("http://127.0.0.1:{port}");
        let device = world.device_behind("a", &url).await;
        let mut records: Vec<_> = (0..30).map(|number| device.record(&narrative(number, 9_000))).collect();
        records.push(device.record_with_photo("foto"));
        assert_eq!(device.sync().await, SyncOutcome::Done, "{what}");
        assert!(records.iter().all(|record| device.state_of(record).state == RecordState::Acknowledged), "{what}");
        assert_eq!(found(&doctor(&url).await, check), outcome, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn a_proxy_that_loses_the_host_header_is_named() {
    let (world, port) = (World::new().await, free_port());
    let servers = format!("server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass {}; }} }}", world.url());
    let _server = nginx(&servers, port).await;
    let report = doctor(&format!("http://127.0.0.1:{port}")).await;
    assert_eq!((found(&report, "host"), report.holds()), (Outcome::Fails, false));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn what_answers_in_the_backends_place_is_the_networks() {
    for (answer, named) in [
        ("default_type text/html; return 200 '<html>log in op wifi</html>';", FailureCode::NetworkSignIn),
        ("return 302 http://127.0.0.1:9/portal;", FailureCode::NetworkSignIn),
        ("return 511;", FailureCode::NetworkSignIn),
        ("default_type text/html; return 502 '<html>Bad gateway</html>';", FailureCode::GatewayUnavailable),
        ("return 403;", FailureCode::GatewayRefuses),
    ] {
        let (world, port) = (World::new().await, free_port());
        let url = format!("http://127.0.0.1:{port}");
        let honest = format!(
            "server {{ listen 127.0.0.1:{port}; client_max_body_size 6m; location / {{ proxy_pass {}; }} }}",
            world.url()
        );
        let server = nginx(&honest, port).await;
        let device = world.device_behind("a", &url).await;
        let record = device.record("een");
        drop(server);
        let server = nginx(&format!("server {{ listen 127.0.0.1:{port}; location / {{ {answer} }} }}"), port).await;
        assert_eq!(device.sync().await, SyncOutcome::Failed(named), "{answer}");
        assert!(!doctor(&url).await.holds(), "{answer}");
        drop(server);
        let _server = nginx(&honest, port).await;
        assert_eq!(device.sync().await, SyncOutcome::Done, "{answer}");
        assert_eq!(device.state_of(&record).state, RecordState::Acknowledged, "{answer}");
    }
}

/// A certificate that begins in 2050 is what every one is to a clock in 1970; one that ran out years ago, to a clock
/// that is years ahead.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by `make proxies`"]
async fn certificate_clock_and_network_are_told_apart() {
    for (certificate, named) in [
        ("untrusted", FailureCode::CertificateUntrusted),
        ("other-name", FailureCode::CertificateOtherName),
        ("expired", FailureCode::CertificateExpired),
        ("long-expired", FailureCode::ClockWrong),
        ("not-yet", FailureCode::ClockWrong),
    ] {
        let (world, port) = (World::new().await, free_port());
        let url = format!("https://localhost:{port}");
        let server = nginx(&snippet("nginx.conf", port, &world, "good"), port).await;
        let device = world.device_behind("a", &url).await;
        let record = device.record("een");
        drop(server);
        let server = nginx(&snippet("nginx.conf", port, &world, certificate), port).await;
        assert_eq!(device.sync().await, SyncOutcome::Failed(named), "{certificate}");
        assert_eq!(found(&doctor(&url).await, "connection"), Outcome::Fails, "{certificate}");
        let stranger = Device::open(&world.folder.path().join("b"));
        stranger.companion.create_vault(SECRET).unwrap();
        let invitation = world.invitation().replace(&world.url(), &url);
        let refused = stranger.store().enrol(&invitation, None, &HttpTransport::anonymous().unwrap()).await;
        assert_eq!(refused.unwrap_err().code(), named, "{certificate}");
        drop(server);
        assert_eq!(device.sync().await, SyncOutcome::Failed(FailureCode::Network), "{certificate}");
        let _server = nginx(&snippet("nginx.conf", port, &world, "good"), port).await;
        assert_eq!(device.sync().await, SyncOutcome::Done, "{certificate}");
        assert_eq!(device.state_of(&record).state, RecordState::Acknowledged, "{certificate}");
    }
}
