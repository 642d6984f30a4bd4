//! Public email providers, whose domains no organization may claim.

/// Domains in lower case, sorted.
const DOMAINS: [&str; 103] = [
    "126.com",
    "163.com",
    "1und1.de",
    "aim.com",
    "alice.it",
    "aliyun.com",
    "aol.com",
    "arcor.de",
    "att.net",
    "bellsouth.net",
    "bigpond.com",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "charter.net",
    "comcast.net",
    "cox.net",
    "daum.net",
    "disroot.org",
    "duck.com",
    "earthlink.net",
    "email.cz",
    "email.it",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.de",
    "hotmail.es",
    "hotmail.fr",
    "hotmail.it",
    "hushmail.com",
    "icloud.com",
    "inbox.com",
    "inbox.lv",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "live.co.uk",
    "live.com",
    "live.de",
    "live.fr",
    "live.nl",
    "mac.com",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "mailinator.com",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "onet.pl",
    "online.de",
    "optonline.net",
    "orange.fr",
    "outlook.com",
    "outlook.de",
    "outlook.fr",
    "passport.com",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "sina.com",
    "sky.com",
    "t-online.de",
    "tiscali.it",
    "tuta.com",
    "tutanota.com",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "virginmedia.com",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "yahoo.com",
    "yandex.com",
    "yandex.ru",
    "zoho.com",
];

/// Names whose domains under all top-level domains are public, for example `yahoo.co.jp` and `yahoo.fr`.
const FAMILIES: [&str; 5] = ["gmx", "hotmail", "live", "outlook", "yahoo"];

/// Whether anyone can have an address at `domain`, which must be in canonical form.
#[must_use]
pub fn is_public(domain: &str) -> bool {
    if DOMAINS.binary_search(&domain).is_ok() {
        return true;
    }
    let Some((name, country)) = domain.split_once('.') else { return false };
    let last = country.rsplit('.').next().unwrap_or_default();
    let is_country = last.len() == 2 && matches!(country.strip_suffix(last), Some("" | "co." | "com."));
    is_country && FAMILIES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_searched() {
        assert!(DOMAINS.is_sorted());
        assert!(DOMAINS.iter().all(|domain| domain.to_ascii_lowercase() == *domain));
    }

    #[test]
    fn the_action_for_auth0_has_the_same_list() {
        let script = include_str!("../../../deploy/auth0/actions/join-by-rule.js");
        let (_, list) = script.split_once("PUBLIC_DOMAINS = new Set([").unwrap();
        let (list, _) = list.split_once("]);").unwrap();
        let listed: Vec<_> = list.split(',').map(|domain| domain.trim().trim_matches('\'')).collect();
        assert_eq!(listed.strip_suffix(&[""]).unwrap(), DOMAINS);
    }

    #[test]
    fn well_known_services_are_public_and_companies_are_not() {
        for domain in ["gmail.com", "outlook.com", "yahoo.co.jp", "yahoo.fr", "hotmail.com.ar", "126.com", "zoho.com"] {
            assert!(is_public(domain), "{domain}");
        }
        for domain in ["acme.example", "mail.acme.com", "yahoo.acme.fr", "gmail.com.acme.example", "live", "live.app"] {
            assert!(!is_public(domain), "{domain}");
        }
    }
}
