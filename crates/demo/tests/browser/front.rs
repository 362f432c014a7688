//! TLS in front of servers that have none: the browser finds every `https://NAME.test` here.

use base64ct::{Base64, Encoding};
use rcgen::{CertifiedKey, KeyPair, PublicKeyData};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{Error, Result};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::Acceptor;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// More than any browser greets with.
const GREETING: usize = 16 * 1024;

/// Where the connections to a name go.
#[derive(Clone, Copy)]
enum Way {
    /// TLS ends here.
    Plain(u16),
    /// TLS ends there.
    Tls(u16),
}

pub struct Front {
    port: u16,
    certificate: CertifiedKey<KeyPair>,
    ways: Arc<Mutex<HashMap<String, Way>>>,
}

impl Front {
    pub async fn start() -> Self {
        let names = ["*.test".to_owned(), "*.proxy.test".to_owned()];
        let certificate = rcgen::generate_simple_self_signed(names).unwrap();
        let key = PrivateKeyDer::try_from(certificate.signing_key.serialize_der()).unwrap();
        let chain = vec![CertificateDer::from(certificate.cert.der().to_vec())];
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));

        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let ways = Arc::<Mutex<HashMap<String, Way>>>::default();
        let known = Arc::clone(&ways);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (known, acceptor) = (Arc::clone(&known), acceptor.clone());
                // A browser that goes away in the middle is not our business.
                tokio::spawn(async move { carry(stream, &known, acceptor).await.ok() });
            }
        });
        Self { port, certificate, ways }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The hash by which Chromium trusts a certificate that nobody else would.
    pub fn key_hash(&self) -> String {
        let hash: [u8; 32] = Sha256::digest(self.certificate.signing_key.subject_public_key_info()).into();
        Base64::encode_string(&hash)
    }

    /// From now on `https://NAME` is the server that speaks plain HTTP on this port.
    pub fn plain(&self, name: &str, port: u16) {
        self.ways.lock().unwrap().insert(name.to_owned(), Way::Plain(port));
    }

    /// From now on `https://NAME` is the server that speaks TLS on this port.
    pub fn tls(&self, name: &str, port: u16) {
        self.ways.lock().unwrap().insert(name.to_owned(), Way::Tls(port));
    }

    /// The certificate and its key, as PEM.
    pub fn pem(&self) -> (String, String) {
        let pem = |label: &str, der: &[u8]| {
            let text = Base64::encode_string(der);
            let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
            format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
        };
        let key = self.certificate.signing_key.serialize_der();
        (pem("CERTIFICATE", self.certificate.cert.der()), pem("PRIVATE KEY", &key))
    }

    /// Speaks TLS with a server that has this certificate.
    pub async fn connect(&self, name: &str, stream: TcpStream) -> impl AsyncRead + AsyncWrite + Unpin + use<> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.certificate.cert.der().to_vec())).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(name.to_owned().try_into().unwrap(), stream).await.unwrap()
    }
}

async fn carry(mut stream: TcpStream, known: &Mutex<HashMap<String, Way>>, acceptor: TlsAcceptor) -> Result<()> {
    let name = server_name(&stream).await?;
    let way = known.lock().unwrap().get(&name).copied();
    match way {
        None => Ok(()),
        Some(Way::Tls(port)) => {
            let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
            copy_bidirectional(&mut stream, &mut server).await.map(drop)
        }
        Some(Way::Plain(port)) => {
            let mut stream = acceptor.accept(stream).await?;
            let mut server = TcpStream::connect(("127.0.0.1", port)).await?;
            copy_bidirectional(&mut stream, &mut server).await.map(drop)
        }
    }
}

/// The name that a client asks for. Its greeting stays where it is, for whoever answers.
async fn server_name(stream: &TcpStream) -> Result<String> {
    let mut greeting = vec![0; GREETING];
    let mut seen = 0;
    loop {
        let length = stream.peek(&mut greeting).await?;
        if length == 0 || length == GREETING {
            return Err(Error::other("no greeting"));
        }
        if length == seen {
            // The rest is on its way.
            tokio::time::sleep(Duration::from_millis(2)).await;
            continue;
        }
        seen = length;
        let mut acceptor = Acceptor::default();
        acceptor.read_tls(&mut &greeting[..length])?;
        match acceptor.accept() {
            Ok(Some(accepted)) => {
                let name = accepted.client_hello().server_name().map(str::to_owned);
                return name.ok_or_else(|| Error::other("no name"));
            }
            Ok(None) => {}
            Err((error, _)) => return Err(Error::other(error)),
        }
    }
}

/// A port of plain HTTP that is known before the server behind it, so that the server can be told its origin.
pub struct Port {
    listener: TcpListener,
    pub number: u16,
}

impl Port {
    pub async fn reserve() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let number = listener.local_addr().unwrap().port();
        Self { listener, number }
    }

    /// From now on it is the server on this port; in what that answers, one word stands for another of the same length.
    pub fn forward(self, to: u16, change: Option<(&'static str, &'static str)>) {
        tokio::spawn(async move {
            while let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(async move {
                    let (mut requests, mut answered) = stream.into_split();
                    let (mut answers, mut asked) = TcpStream::connect(("127.0.0.1", to)).await?.into_split();
                    let answer = async move {
                        let mut buffer = vec![0; 64 * 1024];
                        loop {
                            let length = answers.read(&mut buffer).await?;
                            if length == 0 {
                                return answered.shutdown().await;
                            }
                            change.into_iter().for_each(|(from, to)| exchange(&mut buffer[..length], from, to));
                            answered.write_all(&buffer[..length]).await?;
                        }
                    };
                    let ask = async move {
                        tokio::io::copy(&mut requests, &mut asked).await?;
                        asked.shutdown().await
                    };
                    tokio::try_join!(ask, answer)
                });
            }
        });
    }
}

fn exchange(text: &mut [u8], from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let found = text.windows(from.len()).position(|part| part == from.as_bytes());
    if let Some(at) = found {
        text[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
}
