//! A host that gives prepared answers.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread::JoinHandle;

/// What a host was asked: the first line, the authorization, and the body.
pub(crate) type Asked = Vec<(String, String, String)>;

/// A host that gives these answers, one for each connection, and hands back what it was asked.
pub(crate) fn host(answers: Vec<(u16, Value)>) -> (String, JoinHandle<Asked>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = std::thread::spawn(move || {
        let mut asked = Vec::new();
        for (status, answer) in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut lines, mut line) = (Vec::new(), String::new());
            while reader.read_line(&mut line).unwrap() > 0 && line != "\r\n" {
                lines.push(line.trim_end().to_owned());
                line.clear();
            }
            let header = |name: &str| {
                let found = lines.iter().find_map(|line| line.strip_prefix(name));
                found.unwrap_or_default().to_owned()
            };
            let mut body = vec![0; header("content-length: ").parse().unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            asked.push((lines[0].clone(), header("authorization: "), String::from_utf8(body).unwrap()));
            let body = if status == 204 { String::new() } else { answer.to_string() };
            let length = body.len();
            let answer = format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).unwrap();
        }
        asked
    });
    (url, asked)
}
