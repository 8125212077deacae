//! A small server of files, to this machine only, with the policy that a strict site would send.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

/// What a page may load and do: its own files, and WebAssembly.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'none'";

const REQUEST_BYTES: u64 = 16 * 1024;

/// The longest body that is handed on to a service.
const BODY_BYTES: usize = 1024 * 1024;

/// Files that are being served.
pub struct Server {
    listener: TcpListener,
    folder: PathBuf,
    service: Option<SocketAddr>,
}

impl Server {
    /// Takes a port; 0 takes any that is free.
    pub fn open(folder: &Path, port: u16) -> Result<Self> {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port} cannot be used; try another with --port"))?;
        Ok(Self {
            listener,
            folder,
            service: None,
        })
    }

    /// Hands what is sent to `/v1/` on to a service, so that pages find it at their own origin.
    pub fn with_service(mut self, service: SocketAddr) -> Self {
        self.service = Some(service);
        self
    }

    /// Where to look at the files.
    pub fn url(&self) -> Result<String> {
        Ok(format!("http://{}", self.listener.local_addr()?))
    }

    /// Serves until the program ends.
    pub fn serve(self) -> ! {
        loop {
            if let Ok((stream, _)) = self.listener.accept() {
                let (folder, service) = (self.folder.clone(), self.service);
                std::thread::spawn(move || answer(&stream, &folder, service));
            }
        }
    }

    /// Serves beside what the program goes on to do.
    pub fn serve_aside(self) {
        std::thread::spawn(move || self.serve());
    }
}

/// `serve [--port N] [FOLDER]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut folder = shell::dist().join("site");
    let mut port = 8080;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--port" => port = port_of(rest.next())?,
            flag if flag.starts_with('-') => bail!("`serve` has no option `{flag}`"),
            other => folder = PathBuf::from(other),
        }
    }
    let server = Server::open(&folder, port)?;
    println!("{}", server.url()?);
    server.serve()
}

/// The port that a person named.
pub fn port_of(argument: Option<&String>) -> Result<u16> {
    argument
        .context("`--port` needs a number")?
        .parse()
        .context("`--port` needs a number from 0 to 65535")
}

/// Answers one request; a browser that goes away is no concern.
fn answer(stream: &TcpStream, folder: &Path, service: Option<SocketAddr>) -> Option<()> {
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .ok()?;
    let mut reader = BufReader::new(stream.take(REQUEST_BYTES));
    let mut lines = reader.by_ref().lines();
    let request = lines.next()?.ok()?;
    let mut length = 0;
    // The browser's whole head is read before the answer, or closing would reset the connection.
    for line in lines {
        let line = line.ok()?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut words = request.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    if let Some(service) = service
        && method == "POST"
        && target.starts_with("/v1/")
        && length <= BODY_BYTES
    {
        let mut body = vec![0; length];
        reader.get_mut().set_limit(u64::try_from(length).ok()?);
        reader.read_exact(&mut body).ok()?;
        return hand_on(stream, service, target, &body);
    }
    let (status, kind, body) = if !matches!(method, "GET" | "HEAD") {
        (
            "405 Method Not Allowed",
            "text/plain",
            b"only GET and HEAD\n".to_vec(),
        )
    } else {
        match find(folder, target)
            .and_then(|file| Some((kind_of(&file), std::fs::read(file).ok()?)))
        {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain", b"no such file\n".to_vec()),
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nContent-Security-Policy: {POLICY}\r\n\
         X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    if method == "GET" {
        stream.write_all(&body).ok()?;
    }
    stream.flush().ok()
}

/// Asks a service instead, and gives its answer back as it is.
fn hand_on(mut stream: &TcpStream, service: SocketAddr, target: &str, body: &[u8]) -> Option<()> {
    let mut asked = TcpStream::connect(service).ok()?;
    let head = format!(
        "POST {target} HTTP/1.1\r\nHost: {service}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    asked.write_all(head.as_bytes()).ok()?;
    asked.write_all(body).ok()?;
    std::io::copy(&mut asked, &mut stream).ok()?;
    stream.flush().ok()
}

/// The file that a request asks for, if it is one of the folder's.
fn find(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next()?;
    let path = decode(path.strip_prefix('/')?)?;
    let plain = Path::new(&path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    if !plain || path.contains(['\\', '\0']) {
        return None;
    }
    let mut file = folder.join(&path);
    if file.is_dir() {
        file.push("index.html");
    }
    let file = file.canonicalize().ok()?;
    (file.starts_with(folder) && file.is_file()).then_some(file)
}

/// Undoes percent-encoding.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next()?, rest.next()?];
            let digits = std::str::from_utf8(&pair).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn kind_of(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("jsonl") => "application/jsonl; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("txt" | "md" | "ts" | "yaml") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(url: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn hands_on_what_is_for_the_service() {
        let behind = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let service = behind.local_addr().unwrap();
        let heard = std::thread::spawn(move || {
            let (mut stream, _) = behind.accept().unwrap();
            let mut text = String::new();
            while !text.ends_with("{\"a\":1}") {
                let mut bytes = [0; 64];
                let length = stream.read(&mut bytes).unwrap();
                text.push_str(std::str::from_utf8(&bytes[..length]).unwrap());
            }
            write!(
                stream,
                "HTTP/1.1 201 Created\r\nConnection: close\r\n\r\nmade"
            )
            .unwrap();
            text
        });
        let server = Server::open(&std::env::temp_dir(), 0).unwrap();
        let url = server.url().unwrap();
        server.with_service(service).serve_aside();
        let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
        write!(
            stream,
            "POST /v1/challenges HTTP/1.1\r\nHost: here\r\nContent-Length: 7\r\n\r\n{{\"a\":1}}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(
            answer.starts_with("HTTP/1.1 201") && answer.ends_with("made"),
            "{answer}"
        );
        let heard = heard.join().unwrap();
        assert!(
            heard.starts_with("POST /v1/challenges HTTP/1.1\r\n"),
            "{heard}"
        );
        assert!(get(&url, "POST /elsewhere").starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn serves_its_folder_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("leadstage-serve-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("open/in")).unwrap();
        std::fs::write(folder.join("open/index.html"), "front").unwrap();
        std::fs::write(folder.join("open/in/a b.js"), "script").unwrap();
        std::fs::write(folder.join("secret.txt"), "secret").unwrap();
        let server = Server::open(&folder.join("open"), 0).unwrap();
        let url = server.url().unwrap();
        server.serve_aside();

        let front = get(&url, "GET /?x=1");
        assert!(
            front.starts_with("HTTP/1.1 200") && front.ends_with("front"),
            "{front}"
        );
        assert!(front.contains(
            "Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"
        ));
        assert!(get(&url, "GET /in/a%20b.js").contains("text/javascript"));
        let head = get(&url, "HEAD /");
        assert!(
            head.contains("Content-Length: 5") && !head.ends_with("front"),
            "{head}"
        );
        for target in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/in/../../secret.txt",
            "/..%2fsecret.txt",
            "/..\\secret.txt",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/%zz",
            "/in",
            "secret.txt",
            "/index.html%00",
        ] {
            let answer = get(&url, &format!("GET {target}"));
            assert!(
                answer.starts_with("HTTP/1.1 404") && !answer.contains("secret\n"),
                "{target}: {answer}"
            );
        }
        assert!(get(&url, "POST /").starts_with("HTTP/1.1 405"));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
