//! What happens by itself.

use super::{BOOK, on_each_with, ripe};
use serde_json::json;

/// The clock of the stage is one second: nobody calls, so it breaks, and the record goes to whoever it escalates to.
#[test]
fn clocks_run_out_without_anybody_asking() {
    let book = BOOK.replace(r#""within": "1h""#, r#""within": "1s""#);
    on_each_with(&book, |service| {
        service.make("a", ripe());
        service.until("the clock breaks", || {
            service.get("reader", "/v1/records/a").is(200)["clocks"][0]["state"] == "broken"
        });
        let record = service.get("reader", "/v1/records/a").is(200);
        assert_eq!(record["owner"]["role"], "boss");
        assert_eq!(record["entries"], 2);
        let listed = service.get("reader", "/v1/records").is(200);
        assert_eq!(
            listed["records"][0]["next_at"],
            json!(null),
            "nothing more is due"
        );
    });
}
