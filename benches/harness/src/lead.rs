//! A lead as structs, in the shape of the evidence format.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Debug, Serialize, Deserialize)]
pub struct Lead<'t> {
    #[serde(borrow)]
    pub id: Cow<'t, str>,
    pub facts: Facts,
    pub events: Vec<Event<'t>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    #[serde(rename = "account.industry", skip_serializing_if = "Option::is_none")]
    pub industry: Option<Industry>,
    #[serde(rename = "account.employees", skip_serializing_if = "Option::is_none")]
    pub employees: Option<u32>,
    #[serde(rename = "account.revenue", skip_serializing_if = "Option::is_none")]
    pub revenue: Option<f64>,
    #[serde(rename = "account.region", skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    #[serde(
        rename = "account.technologies",
        skip_serializing_if = "Option::is_none"
    )]
    pub technologies: Option<Vec<Technology>>,
    #[serde(rename = "account.listed", skip_serializing_if = "Option::is_none")]
    pub listed: Option<bool>,
    #[serde(rename = "contact.department", skip_serializing_if = "Option::is_none")]
    pub department: Option<Department>,
    #[serde(rename = "contact.seniority", skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Seniority>,
    #[serde(
        rename = "contact.business_email",
        skip_serializing_if = "Option::is_none"
    )]
    pub business_email: Option<bool>,
    #[serde(rename = "contact.consent", skip_serializing_if = "Option::is_none")]
    pub consent: Option<bool>,
    #[serde(rename = "deal.budget", skip_serializing_if = "Option::is_none")]
    pub budget: Option<f64>,
    #[serde(rename = "deal.authority", skip_serializing_if = "Option::is_none")]
    pub authority: Option<bool>,
    #[serde(rename = "deal.need", skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    #[serde(
        rename = "deal.months_to_start",
        skip_serializing_if = "Option::is_none"
    )]
    pub months_to_start: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Event<'t> {
    pub signal: Signal,
    /// Milliseconds since the Unix epoch.
    pub at: i64,
    #[serde(borrow, default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties<'t>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Properties<'t> {
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub path: Option<Cow<'t, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey: Option<Journey>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attended: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f64>,
}

impl Properties<'_> {
    fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                path: None,
                journey: None,
                attended: None,
                minutes: None,
            }
        )
    }
}

/// An enum of options, with all of them in a list to draw from.
macro_rules! options {
    ($name:ident { $($option:ident),+ }) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($option),+ }

        impl $name {
            #[allow(dead_code, reason = "signals are drawn by weight")]
            pub const ALL: &[Self] = &[$(Self::$option),+];
        }
    };
}

options!(Industry {
    Software,
    Fintech,
    Healthcare,
    Retail,
    Manufacturing,
    Education,
    Government,
    Other
});
options!(Region {
    NorthAmerica,
    Europe,
    AsiaPacific,
    Other
});
options!(Technology {
    Salesforce,
    Hubspot,
    Dynamics,
    Marketo,
    Segment,
    Snowflake
});
options!(Department {
    Marketing,
    RevenueOperations,
    Sales,
    It,
    Finance,
    Other
});
options!(Seniority {
    CLevel,
    VicePresident,
    Director,
    Manager,
    Individual
});
options!(Need {
    None,
    Stated,
    Urgent
});
options!(Signal {
    PageView,
    Download,
    Webinar,
    TrialUse,
    EmailClick,
    DemoRequest,
    Unsubscribe
});
options!(Journey {
    Awareness,
    Consideration,
    Decision
});
