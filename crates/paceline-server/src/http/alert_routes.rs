//! Routes of alerts: rules, what fires, silences, channels. Owns this part of THE list; `routes` has
//! the whole.

use paceline_api::Operation::{
    AlertAcknowledge, AlertList, AlertRuleCreate, AlertRuleDelete, AlertRuleList, SilenceCreate,
};

use super::input::{FromQuery, Json, Nothing, OptionalJson};
use super::route::{About, Route};

pub fn routes() -> Vec<Route> {
    let mut routes = rules();
    routes.extend(alerts());
    routes.extend(silences());
    routes.extend(channels());
    routes
}

fn rules() -> Vec<Route> {
    let replace = "Say a rule anew.";
    let switch = "Switch a rule off or on, Paceline's own too.";
    let preview = "What a rule would have done in the last hours.";
    let path = "/api/alert-rules/{rule_id}";
    vec![
        About::operation(AlertRuleList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.alert_rule_list(&caller, query).await
        }),
        About::operation(AlertRuleCreate).created().calls(
            |ops, caller, [], Json(request)| async move {
                ops.alert_rule_create(&caller, request).await
            },
        ),
        About::new("GET", path, "alert_rule_get", "One rule with its state.").calls(
            |ops, caller, [rule_id], Nothing| async move {
                ops.alert_rule_get(&caller, rule_id).await
            },
        ),
        About::new("PUT", path, "alert_rule_replace", replace).calls(
            |ops, caller, [rule_id], Json(request)| async move {
                ops.alert_rule_replace(&caller, rule_id, request).await
            },
        ),
        About::new("PATCH", path, "alert_rule_switch", switch).calls(
            |ops, caller, [rule_id], Json(request)| async move {
                ops.alert_rule_switch(&caller, rule_id, request).await
            },
        ),
        About::operation(AlertRuleDelete).calls(|ops, caller, [rule_id], Nothing| async move {
            ops.alert_rule_delete(&caller, rule_id).await
        }),
        About::new(
            "POST",
            "/api/alert-rules/preview",
            "alert_rule_preview",
            preview,
        )
        .calls(|ops, caller, [], Json(request)| async move {
            ops.alert_rule_preview(&caller, request).await
        }),
    ]
}

fn alerts() -> Vec<Route> {
    let history = "What happened to alerts, the newest first.";
    let one = "One alert that is known now.";
    let back = "Take an acknowledgement back.";
    let path = "/api/alerts/{fingerprint}/acknowledge";
    vec![
        About::operation(AlertList).calls(|ops, caller, [], FromQuery(query)| async move {
            ops.alert_list(&caller, query).await
        }),
        About::new("GET", "/api/alerts/history", "alert_history", history).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.alert_history(&caller, query).await
            },
        ),
        About::new("GET", "/api/alerts/{fingerprint}", "alert_get", one).calls(
            |ops, caller, [fingerprint], Nothing| async move {
                ops.alert_get(&caller, fingerprint).await
            },
        ),
        About::operation(AlertAcknowledge).calls(
            |ops, caller, [fingerprint], OptionalJson(request)| async move {
                ops.alert_acknowledge(&caller, fingerprint, request).await
            },
        ),
        About::new("DELETE", path, "alert_unacknowledge", back).calls(
            |ops, caller, [fingerprint], Nothing| async move {
                ops.alert_unacknowledge(&caller, fingerprint).await
            },
        ),
    ]
}

fn silences() -> Vec<Route> {
    let list = "Silences in force, to come and over.";
    let end = "End a silence now.";
    vec![
        About::new("GET", "/api/silences", "silence_list", list).calls(
            |ops, caller, [], FromQuery(query)| async move {
                ops.silence_list(&caller, query).await
            },
        ),
        About::operation(SilenceCreate)
            .created()
            .calls(|ops, caller, [], Json(request)| async move {
                ops.silence_create(&caller, request).await
            }),
        About::new("DELETE", "/api/silences/{silence_id}", "silence_end", end).calls(
            |ops, caller, [silence_id], Nothing| async move {
                ops.silence_end(&caller, silence_id).await
            },
        ),
    ]
}

fn channels() -> Vec<Route> {
    let list = "Where alerts go, and how that goes.";
    let test = "Send a channel a message that says that it is a test.";
    let deliveries = "What was sent, waits or was given up, the newest first.";
    vec![
        About::new("GET", "/api/alert-channels", "alert_channel_list", list)
            .calls(|ops, caller, [], Nothing| async move { ops.alert_channel_list(&caller).await }),
        About::new(
            "POST",
            "/api/alert-channels/{channel}/test",
            "alert_channel_test",
            test,
        )
        .calls(|ops, caller, [channel], Nothing| async move {
            ops.alert_channel_test(&caller, channel).await
        }),
        About::new(
            "GET",
            "/api/alert-deliveries",
            "alert_delivery_list",
            deliveries,
        )
        .calls(|ops, caller, [], FromQuery(query)| async move {
            ops.alert_delivery_list(&caller, query).await
        }),
    ]
}
