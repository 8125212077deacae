//! The endpoints: each reads a request, asks the library, and says what came of it.

mod decisions;
mod house;
mod inputs;
mod outbox;
mod personal;
mod playbooks;
mod records;
mod verification;

pub use inputs::of_itself;
pub use verification::replayed;

use super::access::Right;
use super::app::App;
use super::call::Call;
use super::failure::Failure;
use super::reply::Reply;
use axum::http::Method;
use leadstage::limits;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

type Answered = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

/// A route of the service.
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub right: Right,
    /// Bytes of a body, at most.
    pub bytes: usize,
    /// What its query may say.
    pub query: &'static [&'static str],
    pub run: fn(Arc<App>, Call) -> Answered,
}

macro_rules! route {
    ($method:ident $path:literal $right:ident $bytes:expr, $run:path $(, $query:literal)*) => {
        Route {
            method: Method::$method,
            path: $path,
            right: Right::$right,
            bytes: $bytes,
            query: &[$($query),*],
            run: |app, call| Box::pin(async move { $run(&app, &call).await }),
        }
    };
}

/// Bytes of a request that says little.
const SMALL: usize = 16 << 10;

/// All routes. `docs/SERVER.md` and the OpenAPI document tell of each.
pub static ROUTES: &[Route] = &[
    route!(GET "/health/live" Open 0, house::live),
    route!(GET "/health/ready" Open 0, house::ready),
    route!(GET "/metrics" Watch 0, house::metrics),
    route!(GET "/openapi.json" Open 0, house::openapi),
    route!(GET "/.well-known/jwks.json" Open 0, verification::jwks),
    route!(POST "/v1/challenges" Open SMALL, verification::challenge),
    route!(POST "/v1/receipts" Open limits::RECEIPT_BYTES, verification::receipt),
    route!(GET "/v1/playbooks" Read 0, playbooks::list),
    route!(POST "/v1/playbooks" Operate limits::PLAYBOOK_BYTES, playbooks::add),
    route!(GET "/v1/playbooks/{digest}" Read 0, playbooks::get),
    route!(POST "/v1/playbooks/{digest}/retire" Operate SMALL, playbooks::retire),
    route!(POST "/v1/decisions" Read limits::EVIDENCE_BYTES, decisions::decide),
    route!(GET "/v1/records" Read 0, records::list, "after", "limit"),
    route!(POST "/v1/records" Create limits::INPUT_BYTES, records::create),
    route!(GET "/v1/records/{id}" Read 0, records::get),
    route!(GET "/v1/records/{id}/journal" Read 0, records::journal),
    route!(GET "/v1/records/{id}/story" Read 0, records::story),
    route!(GET "/v1/records/{id}/decision" Read 0, decisions::of_record, "as_of", "explained"),
    route!(GET "/v1/records/{id}/forecast" Read 0, decisions::forecast, "as_of"),
    route!(POST "/v1/records/{id}/inputs" Advance limits::INPUT_BYTES, records::advance),
    route!(GET "/v1/records/{id}/export" Personal 0, personal::export),
    route!(POST "/v1/records/{id}/erase" Personal SMALL, personal::erase),
    route!(GET "/v1/outbox" Operate 0, outbox::list, "state", "after", "limit"),
    route!(POST "/v1/outbox/{id}/retry" Operate SMALL, outbox::retry),
];

#[cfg(test)]
mod tests {
    use super::ROUTES;
    use crate::server::access::Right;
    use leadstage::tree::{Node, Tree};

    /// What the document says there is, and whether it can be asked without a key.
    fn documented() -> Vec<(String, bool)> {
        let text = include_str!("../openapi.yaml");
        let tree = Tree::parse(text, usize::MAX).unwrap();
        let mut all = Vec::new();
        for path in tree.root.get("paths").and_then(Node::as_object).unwrap() {
            for (method, word) in [("get", "GET"), ("post", "POST")] {
                if let Some(operation) = path.value.get(method) {
                    let open = operation.get("security").is_some();
                    all.push((format!("{word} {}", path.key), open));
                }
            }
        }
        all.sort();
        all
    }

    #[test]
    fn the_document_tells_of_every_route_and_no_other() {
        let mut routes: Vec<(String, bool)> = ROUTES
            .iter()
            .map(|it| {
                (
                    format!("{} {}", it.method, it.path),
                    it.right == Right::Open,
                )
            })
            .collect();
        routes.sort();
        assert_eq!(routes, documented());
    }
}
