//! What coordinators wait for: the inbox in each order and under each filter, deep in the list, and one record, with few
//! and with many observations. Through the front door, as a browser asks. Nothing of it is judged here.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use serde_json::{Value, json};

use crate::times::Times;

/// Times each thing is asked for.
const EACH: usize = 20;
/// Pages that are leafed through.
const PAGES: usize = 40;

fn total(page: &Value) -> u64 {
    page.get("total").and_then(Value::as_u64).unwrap_or_default()
}

/// A coordinator's browser.
struct Browser {
    client: reqwest::Client,
    address: String,
    cookie: String,
}

/// Signs in with the member's file of `init` and prints a line for each list.
pub(crate) async fn run(address: &str, member: &Path) -> anyhow::Result<()> {
    let browser = Browser::signed_in(address.trim_end_matches('/'), member).await?;
    let first = browser.page("").await?;
    println!("{} observations", total(&first));
    let items = first.get("items").and_then(Value::as_array).context("a list")?;
    let item = items.get(items.len() / 2).context("there is nothing to list")?;
    let text = |pointer: &str| item.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let one = |name: &str| text(&format!("/{name}")).to_owned();
    let day = one("observedAt").get(..10).unwrap_or_default().to_owned();
    let form = text("/forms/0");
    let filters = [
        ("nothing", String::new()),
        ("urgency, the strictest", "urgency=acuut".into()),
        ("urgency without a term", "urgency=informatief".into()),
        ("level", format!("level={}", one("level"))),
        ("form", format!("form={form}")),
        ("district", format!("district={}", one("district"))),
        ("kind of place", format!("placeKind={}", one("placeKind"))),
        ("device", format!("device={}", one("device"))),
        ("inspection", format!("inspection={}", one("inspection"))),
        ("a day", format!("from={day}&to={day}")),
        ("since a day", format!("from={day}")),
        ("form, district and urgency", format!("form={form}&district={}&urgency=spoed", one("district"))),
        ("set apart", "apart=only".into()),
    ];
    for (name, filter) in filters.iter().filter(|(_, filter)| !filter.ends_with('=')) {
        for order in ["due", "received"] {
            let query = format!("{filter}&order={order}");
            let mut times = Vec::new();
            let mut fit = 0;
            for _ in 0..EACH {
                let started = Instant::now();
                fit = total(&browser.page(&query).await?);
                times.push(started.elapsed());
            }
            println!("  by {name}, order {order}: {}, {fit} fit", Times(times));
        }
    }
    for order in ["due", "received"] {
        println!("  page after page, order {order}: {}", Times(browser.leaf_through(order).await?));
    }
    let path = format!("/v1/observations/{}", one("operation"));
    let mut times = Vec::new();
    for _ in 0..EACH {
        let started = Instant::now();
        browser.get(&path).await?;
        times.push(started.elapsed());
    }
    println!("  one record with its proof: {}", Times(times));
    Ok(())
}

impl Browser {
    async fn signed_in(address: &str, member: &Path) -> anyhow::Result<Self> {
        let member: Value = serde_json::from_slice(&fs::read(member)?)?;
        let client = reqwest::Client::new();
        let answer = client
            .post(format!("{address}/v1/sessions"))
            .header(CONTENT_TYPE, "application/json")
            .header("origin", address)
            .header("sec-fetch-site", "same-origin")
            .body(json!({"login": member.get("login"), "password": member.get("password")}).to_string())
            .send()
            .await?;
        ensure!(answer.status().is_success(), "signing in: {}", answer.text().await?);
        let cookies = answer.headers().get_all(SET_COOKIE).into_iter();
        let cookies = cookies.filter_map(|cookie| cookie.to_str().ok()?.split(';').next().map(str::to_owned));
        Ok(Self { client, address: address.to_owned(), cookie: cookies.collect::<Vec<_>>().join("; ") })
    }

    async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.client.get(format!("{}{path}", self.address)).header(COOKIE, &self.cookie).send().await?;
        let status = answer.status();
        let body = answer.bytes().await?;
        ensure!(status.is_success(), "{path}: {status} {}", String::from_utf8_lossy(&body));
        Ok(serde_json::from_slice(&body)?)
    }

    async fn page(&self, query: &str) -> anyhow::Result<Value> {
        self.get(&format!("/v1/observations?limit=50&{query}")).await
    }

    async fn leaf_through(&self, order: &str) -> anyhow::Result<Vec<Duration>> {
        let (mut times, mut cursor) = (Vec::new(), String::new());
        for _ in 0..PAGES {
            let after = if cursor.is_empty() { String::new() } else { format!("&cursor={cursor}") };
            let started = Instant::now();
            let page = self.page(&format!("order={order}{after}")).await?;
            times.push(started.elapsed());
            let Some(next) = page.get("nextCursor").and_then(Value::as_str) else { break };
            next.clone_into(&mut cursor);
        }
        Ok(times)
    }
}
