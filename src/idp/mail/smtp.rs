//! Settings of the SMTP server, and the client that sends mails to it.

use std::{fmt, net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};
use url::{Host, Url};

use crate::{
    idp::store::mails::{Mail, MailBody},
    kernel::{email_address::EmailAddress, unix_time::UnixTime},
};

/// How often the delivery task looks for pending mails, in addition to the signal for each new mail.
const POLL_INTERVAL: Duration = Duration::from_secs(15);
/// Timeout for one step of the SMTP conversation.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of the SMTP server, and the sender's address.
#[derive(Clone)]
pub struct SmtpConfig {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Address of the server for logs, without the password.
    server: String,
    pub(super) poll_interval: Duration,
}

/// Why SMTP settings are invalid. The message completes a sentence that names the setting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// The address of the server is invalid.
    #[error("is not an address like smtp://user:password@mail.example.com:587")]
    Url,
    /// The address of the sender is invalid.
    #[error("is not an email address like Tessera <hello@example.com>")]
    From,
    #[error("cannot be used: {0}")]
    Tls(String),
}

impl SmtpConfig {
    /// Parses the server's address and the sender's address. The server is `smtp://[user:password@]host[:port]`, or
    /// `smtps://…` for TLS from the first byte.
    ///
    /// `smtp` requires STARTTLS, except for a server on this machine. `?tls=none` disables TLS; `?tls=opportunistic`
    /// uses TLS if the server offers it.
    pub fn new(url: &str, from: &str) -> Result<Self, SmtpError> {
        let from = from.parse::<Mailbox>().map_err(|_| SmtpError::From)?;
        let url = Url::parse(url).map_err(|_| SmtpError::Url)?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(SmtpError::Url)?.to_owned();
        let is_here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        };
        let mode = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone()).map_err(|error| SmtpError::Tls(error.to_string()));
        let (default_port, tls) = match (url.scheme(), mode.as_deref()) {
            ("smtps", None) => (465, Tls::Wrapper(parameters()?)),
            ("smtp", None) if is_here => (587, Tls::None),
            ("smtp", None | Some("required")) => (587, Tls::Required(parameters()?)),
            ("smtp", Some("opportunistic")) => (587, Tls::Opportunistic(parameters()?)),
            ("smtp", Some("none")) => (587, Tls::None),
            _ => return Err(SmtpError::Url),
        };
        let port = url.port().unwrap_or(default_port);
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(host.trim_matches(['[', ']']))
            .port(port)
            .tls(tls)
            .timeout(Some(TIMEOUT))
            .hello_name(ClientId::Domain(from.email.domain().to_owned()));
        if !url.username().is_empty() {
            let decoded = |text: &str| percent_decoded(text).ok_or(SmtpError::Url);
            let password = decoded(url.password().unwrap_or_default())?;
            builder = builder.credentials(Credentials::new(decoded(url.username())?, password));
        }
        Ok(Self { transport: builder.build(), from, server: format!("{host}:{port}"), poll_interval: POLL_INTERVAL })
    }

    /// Sets the polling interval, for tests. The default is 15 seconds.
    #[must_use]
    pub fn with_poll_interval(self, poll_interval: Duration) -> Self {
        Self { poll_interval, ..self }
    }

    /// Sends `mail` with the opened `body`. Its `Message-ID` consists of the mail's id and `host`.
    pub(super) async fn send(&self, mail: &Mail, body: MailBody, host: &str) -> Result<(), SendError> {
        let impossible = |text: String| SendError { text, is_final: true };
        let to = EmailAddress::of_asserted(&mail.recipient).with_ascii_domain();
        let to = to.parse().map_err(|_| impossible("the recipient is no address".to_owned()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.as_str())
            .date(date(mail.created_at))
            .message_id(Some(format!("<{}@{host}>", mail.id)))
            .multipart(MultiPart::alternative_plain_html(body.text, body.html))
            .map_err(|error| impossible(error.to_string()))?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            Err(error) => Err(SendError { text: describe(&error), is_final: error.is_permanent() }),
        }
    }
}

/// Why a mail could not be sent.
#[derive(Debug)]
pub struct SendError {
    pub text: String,
    /// Whether the failure is permanent, so that a retry cannot succeed.
    pub is_final: bool,
}

/// Joins the messages of the error and its sources.
fn describe(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
        source = error.source();
    }
    text
}

fn date(at: UnixTime) -> std::time::SystemTime {
    std::time::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.seconds()).unwrap_or_default())
}

/// Decodes percent-encoding in user names and passwords.
fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if let (b'%', Some(digits)) = (first, after.get(..2)) {
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpConfig").field("server", &self.server).field("from", &self.from).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parsed_and_its_password_is_hidden() {
        let from = "Tessera <hello@example.com>";
        let config = SmtpConfig::new("smtp://me%40example.com:s%3Acret@mail.example.com", from).unwrap();
        let shown = format!("{config:?}");
        assert!(shown.contains("mail.example.com:587") && !shown.contains("cret"), "{shown}");
        assert!(SmtpConfig::new("smtps://mail.example.com", "hello@example.com").is_ok());
        assert!(SmtpConfig::new("smtp://[::1]:1025", from).is_ok());
        assert!(SmtpConfig::new("smtp://mail:1025?tls=none", from).is_ok());
        for wrong in ["", "mail.example.com:25", "http://mail.example.com", "smtp://mail?tls=maybe", "smtp://"] {
            assert_eq!(SmtpConfig::new(wrong, from).err(), Some(SmtpError::Url), "{wrong}");
        }
        assert_eq!(SmtpConfig::new("smtp://localhost", "nobody").err(), Some(SmtpError::From));
    }

    #[test]
    fn user_names_are_decoded() {
        assert_eq!(percent_decoded("a%40b%2Fc").as_deref(), Some("a@b/c"));
        assert_eq!(percent_decoded("a%4"), Some("a%4".to_owned()));
        assert_eq!(percent_decoded("%zz"), None);
    }
}
