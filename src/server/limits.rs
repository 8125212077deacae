//! How much is taken at once, and from one asker.

use super::access::Principal;
use super::failure::Failure;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The limits of a service.
pub struct Limits {
    at_once: Arc<Semaphore>,
    by_address: Option<DefaultKeyedRateLimiter<IpAddr>>,
    by_key: Option<DefaultKeyedRateLimiter<String>>,
}

impl Limits {
    /// So many requests at once; so many a second from an address without a key, and with one key. Zero is no limit.
    pub fn new(at_once: usize, by_address: u32, by_key: u32) -> Self {
        let quota = |rate: u32| {
            let rate = NonZeroU32::new(rate)?;
            // A page asks for several things when it opens.
            Some(
                Quota::per_second(rate)
                    .allow_burst(rate.saturating_mul(NonZeroU32::MIN.saturating_add(1))),
            )
        };
        Self {
            at_once: Arc::new(Semaphore::new(at_once)),
            by_address: quota(by_address).map(RateLimiter::keyed),
            by_key: quota(by_key).map(RateLimiter::keyed),
        }
    }

    /// A place for a request.
    pub fn enter(&self) -> Result<OwnedSemaphorePermit, Failure> {
        self.at_once.clone().try_acquire_owned().map_err(|_| {
            Failure::new(503, "busy", "too much is asked at once").header("retry-after", "1")
        })
    }

    /// Whether somebody may ask once more now.
    pub fn admit(&self, who: Option<&Principal>, address: IpAddr) -> Result<(), Failure> {
        let within = match who {
            Some(who) => self
                .by_key
                .as_ref()
                .is_none_or(|it| it.check_key(&who.id).is_ok()),
            None => {
                let limit = self.by_address.as_ref();
                limit.is_none_or(|it| it.check_key(&network(address)).is_ok())
            }
        };
        match within {
            true => Ok(()),
            false => {
                let failure =
                    Failure::new(429, "too_many_requests", "too many requests came from here");
                Err(failure.header("retry-after", "1"))
            }
        }
    }

    /// Forgets who has not asked for a while.
    pub fn tidy(&self) {
        if let Some(limit) = &self.by_address {
            limit.retain_recent();
        }
        if let Some(limit) = &self.by_key {
            limit.retain_recent();
        }
    }
}

/// Of IPv6 one asker has a whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(it) => match it.to_ipv4_mapped() {
            Some(it) => IpAddr::V4(it),
            None => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64)),
        },
    }
}
