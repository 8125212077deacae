//! Records of the same person, and of the same company.

use super::record::Record;
use crate::gather::Gather;
use crate::json::Writer;
use crate::sort::Arrange;
use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::cmp::Reverse;

/// Domains under which companies have names of their own.
const SUFFIXES: [&str; 22] = [
    "co.uk", "org.uk", "ac.uk", "gov.uk", "com.au", "net.au", "org.au", "co.nz", "co.jp", "or.jp",
    "co.kr", "co.in", "com.br", "com.mx", "com.ar", "com.tr", "com.cn", "com.tw", "com.hk",
    "com.sg", "co.za", "co.il",
];

/// Where anybody may have a mailbox.
const MAILBOXES: [&str; 17] = [
    "gmail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
    "protonmail.com",
    "mail.com",
    "yandex.ru",
    "qq.com",
    "163.com",
];

/// Records that are the same person, and those of one company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// By address.
    pub emails: Vec<SameEmail>,
    /// By domain.
    pub companies: Vec<Company>,
}

/// Records with the same address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameEmail {
    /// The address, normalised.
    pub email: Box<str>,
    /// The record to keep.
    pub keep: Box<str>,
    /// Those to merge into it, sorted.
    pub merge: Vec<Box<str>>,
}

/// Records of the same company: different people, not to be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// The domain, normalised.
    pub domain: Box<str>,
    /// Its records, sorted.
    pub records: Vec<Box<str>>,
}

/// An address in the form in which addresses are compared; `None` if it is none.
///
/// ```
/// # use leadstage::lifecycle::normal_email;
/// assert_eq!(normal_email(" Ada.L+news@GoogleMail.com ").as_deref(), Some("adal@gmail.com"));
/// assert_eq!(normal_email("ada at example.com"), None);
/// ```
pub fn normal_email(email: &str) -> Option<Box<str>> {
    let email = crate::fold::fold(email.trim());
    let (person, domain) = email.split_once('@')?;
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let person = person.split('+').next().unwrap_or_default();
    let google = matches!(domain, "gmail.com" | "googlemail.com");
    let (person, domain) = match google {
        true => (person.replace('.', ""), "gmail.com"),
        false => (String::from(person), domain),
    };
    let good = !person.is_empty() && !domain.is_empty() && !domain.contains('@');
    good.then(|| format!("{person}@{domain}").into_boxed_str())
}

/// The domain of a company in the form in which domains are compared; `None` if it is none.
///
/// ```
/// # use leadstage::lifecycle::normal_domain;
/// assert_eq!(normal_domain("https://www.Example.co.uk/about").as_deref(), Some("example.co.uk"));
/// assert_eq!(normal_domain("localhost"), None);
/// ```
pub fn normal_domain(domain: &str) -> Option<Box<str>> {
    let folded = crate::fold::fold(domain.trim());
    let rest = folded.split_once("://").map_or(&*folded, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(':').next().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    let labels: Vec<&str> = host.split('.').gather();
    let good = labels.len() >= 2 && labels.iter().all(|label| !label.is_empty());
    let last = |count: usize| {
        let skipped = labels.len().saturating_sub(count);
        labels.get(skipped..).unwrap_or_default().join(".")
    };
    let count = if SUFFIXES.contains(&last(2).as_str()) {
        3
    } else {
        2
    };
    good.then(|| last(count).into_boxed_str())
}

/// Finds records of the same person and of the same company.
pub fn duplicates<'r>(records: impl IntoIterator<Item = &'r Record>) -> Duplicates {
    let mut emails: Vec<(Box<str>, &Record)> = Vec::new();
    let mut companies: Vec<(Box<str>, Box<str>)> = Vec::new();
    for record in records {
        let Some(id) = record.id() else { continue };
        let email = record
            .text("contact.email")
            .and_then(|it| normal_email(&it));
        let of_email = email.as_deref().and_then(|email| {
            let (_, domain) = email.split_once('@')?;
            normal_domain(domain).filter(|domain| !MAILBOXES.contains(&&**domain))
        });
        let domain = ["account.domain", "account.website"]
            .into_iter()
            .find_map(|attribute| normal_domain(&record.text(attribute)?))
            .or(of_email);
        if let Some(domain) = domain {
            companies.push((domain, Box::from(id)));
        }
        if let Some(email) = email {
            emails.push((email, record));
        }
    }
    emails.arrange_by(|(one, _), (other, _)| one.cmp(other));
    companies.arrange();
    let emails = emails.chunk_by(|(one, _), (other, _)| one == other);
    let emails = emails.filter_map(|same| {
        let (email, _) = same.first()?;
        let mut same: Vec<&Record> = same.iter().map(|(_, record)| *record).gather();
        same.arrange_by_key(|record| {
            let first = record.entries.iter().map(|entry| entry.as_of).min();
            (Reverse(record.standing.commanded), first, record.id.clone())
        });
        let mut ids = same.iter().filter_map(|record| record.id.clone());
        let keep = ids.next()?;
        let mut merge: Vec<Box<str>> = ids.gather();
        merge.arrange();
        let email = email.clone();
        (!merge.is_empty()).then_some(SameEmail { email, keep, merge })
    });
    let companies = companies.chunk_by(|(one, _), (other, _)| one == other);
    let companies = companies.filter(|same| same.len() > 1).filter_map(|same| {
        let (domain, _) = same.first()?;
        Some(Company {
            domain: domain.clone(),
            records: same.iter().map(|(_, id)| id.clone()).gather(),
        })
    });
    Duplicates {
        emails: emails.gather(),
        companies: companies.gather(),
    }
}

impl Record {
    /// The text of an attribute, where it is known.
    fn text(&self, attribute: &str) -> Option<Box<str>> {
        let attribute = self.lifecycle.inner.attribute(attribute)?;
        let mut held = self.held.clone();
        let (look, kept) = held.look(self.standing.as_of?);
        look.fact(kept, attribute)?.text.clone()
    }
}

impl Duplicates {
    /// What was found as JSON text.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        let mut w = Writer::new(&mut text);
        w.open('{');
        w.key("emails").open('[');
        for same in &self.emails {
            w.item().open('{');
            w.key("email").text(&same.email);
            w.key("keep").text(&same.keep);
            let names = same.merge.iter().map(|id| &**id);
            super::refusal::write_names(w.key("merge"), names);
            w.close('}');
        }
        w.close(']');
        w.key("companies").open('[');
        for company in &self.companies {
            w.item().open('{');
            w.key("domain").text(&company.domain);
            let names = company.records.iter().map(|id| &**id);
            super::refusal::write_names(w.key("records"), names);
            w.close('}');
        }
        w.close(']');
        w.close('}');
        text
    }
}
