//! What holds on every screen of a phone, however it is held.

use serde_json::{Value, json};

use super::handset::Handset;
use crate::axe;
use crate::processes::until;
use crate::screens::folder;

/// Upright, the smallest that is still sold, on its side, with a keyboard that takes half the height; and a tablet.
const HELD: [(&str, u32, u32); 5] = [
    ("upright", 360, 740),
    ("smallest", 320, 568),
    ("sideways", 740, 360),
    ("keyboard", 360, 370),
    ("tablet", 820, 1180),
];

/// Faults of the screen as it is now, in words: what is wider than the window, controls too small for a glove, and what
/// a person is to press that lies out of reach.
const FAULTS: &str = r#"
    const faults = [];
    const width = document.documentElement.clientWidth;
    const name = (node) => node.dataset.testid ?? node.id ?? node.outerHTML.slice(0, 80);
    if (document.documentElement.scrollWidth > width) faults.push(`the page is ${document.documentElement.scrollWidth} wide`);
    const shown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    // A box or a dot is pressed by its label.
    const pressed = (node) => node.matches("input[type=checkbox], input[type=radio]") ? (node.closest("label") ?? node) : node;
    const controls = "button, a[href], summary, input:not([type=file]), select, textarea, [role=button]";
    for (const found of document.querySelectorAll(controls)) {
        const node = pressed(found);
        if (!shown(node) || node.closest("[inert]")) continue;
        const box = node.getBoundingClientRect();
        if (box.width === 0 || box.height === 0) continue;
        if (box.right > width + 1 || box.left < -1) faults.push(`${name(found)} reaches beyond the side`);
        if (node.matches("p a, li p a, td a")) continue;
        // What is drawn over a photo is as large as what it covers.
        if (name(node) === "cover-area") continue;
        if (box.height < 47.5 || box.width < 47.5) faults.push(`${name(found)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
    }
    for (const field of document.querySelectorAll("textarea, input:is([type=text], [type=search], [type=password], :not([type]))")) {
        const learns = field.spellcheck || !["off", "new-password", "current-password"].includes(field.autocomplete);
        if (shown(field) && learns) faults.push(`a keyboard may learn what is typed into ${name(field)}`);
    }
    return faults;
"#;

/// Looks at the screen in every way it is held; takes a picture of each, and puts it upright again.
pub(crate) async fn look(phone: &Handset, name: &str) {
    for (how, width, height) in HELD {
        phone.resize(width, height).await;
        settled(phone).await;
        picture(phone, &format!("phone-{name}-{how}")).await;
        let faults = phone.page.script(FAULTS).await;
        assert_eq!(faults, json!([]), "{name}, {how}");
    }
    phone.resize(360, 740).await;
    twice_as_large(phone, name).await;
    axe::check(&phone.page, &format!("{name} on a phone")).await;
}

/// The same in English, and back.
pub(crate) async fn look_in_english(phone: &Handset, name: &str) {
    in_english(phone, async || look(phone, &format!("{name}-en")).await).await;
}

/// Does something while the app speaks English. Its language is chosen by a button that something may lie over.
async fn in_english(phone: &Handset, what: impl AsyncFnOnce()) {
    let switch = "document.querySelector('[data-testid=\"language-switch\"]').click()";
    phone.page.script(switch).await;
    phone.page.find_css("html[lang=\"en\"]").await;
    what().await;
    phone.page.script(switch).await;
    phone.page.find_css("html[lang=\"nl\"]").await;
}

/// Text at 200 % breaks nothing: nothing is wider than the window.
async fn twice_as_large(phone: &Handset, name: &str) {
    phone.page.script("document.documentElement.style.fontSize = '200%'").await;
    settled(phone).await;
    picture(phone, &format!("phone-{name}-large-text")).await;
    let wide =
        phone.page.script("return document.documentElement.scrollWidth - document.documentElement.clientWidth").await;
    phone.page.script("document.documentElement.style.fontSize = ''").await;
    assert!(
        wide.as_i64().unwrap() <= 0,
        "{name}: with text twice as large the page is {wide} px wider than the window"
    );
}

/// The keyboard comes up for a field: the field is seen, whole or at least its line, and nothing lies over it.
pub(crate) async fn typed_in_view(phone: &Handset, field: &str) {
    phone.page.click(field).await;
    phone.resize(360, 370).await;
    settled(phone).await;
    let seen = phone
        .page
        .script(&format!(
            r#"const field = document.querySelector('[data-testid="{field}"]');
           const box = field.getBoundingClientRect();
           const line = Math.min(box.bottom, box.top + 40);
           const over = document.elementFromPoint(box.left + box.width / 2, (Math.max(box.top, 0) + line) / 2);
           return {{ isFocused: document.activeElement === field, top: box.top, line,
                     height: visualViewport.height, isOver: over === field || field.contains(over) }};"#
        ))
        .await;
    picture(phone, &format!("phone-typing-{field}")).await;
    let number = |name: &str| seen[name].as_f64().unwrap();
    assert_eq!(seen["isFocused"], Value::Bool(true), "{field}: {seen}");
    assert!(number("top") >= 0.0 && number("line") <= number("height"), "{field} is hidden by the keyboard: {seen}");
    assert_eq!(seen["isOver"], Value::Bool(true), "something lies over {field}: {seen}");
    phone.resize(360, 740).await;
}

/// The same where the phone tells of its keyboard and the web view makes no room for it: the window is as high as before.
pub(crate) async fn typed_in_view_under_a_keyboard(phone: &Handset, field: &str) {
    phone.page.click(field).await;
    phone.happens(insets(370)).await;
    until("the page to give way to the keyboard", async || {
        phone.page.script("return document.querySelector('.screen')?.getBoundingClientRect().bottom ?? 0").await == 370
    })
    .await;
    settled(phone).await;
    let seen = phone
        .page
        .script(&format!(
            r#"const field = document.querySelector('[data-testid="{field}"]');
           const box = field.getBoundingClientRect();
           const line = Math.min(box.bottom, box.top + 40);
           const over = document.elementFromPoint(box.left + box.width / 2, (Math.max(box.top, 0) + line) / 2);
           return {{ isFocused: document.activeElement === field, top: box.top, line,
                     isOver: over === field || field.contains(over) }};"#
        ))
        .await;
    picture(phone, &format!("phone-keyboard-told-{field}")).await;
    let number = |name: &str| seen[name].as_f64().unwrap();
    assert_eq!(seen["isFocused"], Value::Bool(true), "{field}: {seen}");
    assert!(number("top") >= CUT_OUT && number("line") <= 370.0, "{field} is under the keyboard or a bar: {seen}");
    assert_eq!(seen["isOver"], Value::Bool(true), "something lies over {field}: {seen}");
    phone.happens(insets(0)).await;
}

/// The height of the camera's hole in the screen.
pub(crate) const CUT_OUT: f64 = 32.0;

/// The room of a phone of 740 high with a hole for its camera, a bar to swipe and a keyboard of this height.
pub(crate) fn insets(keyboard: u32) -> Value {
    json!({ "kind": "insets", "top": CUT_OUT, "right": 0, "bottom": 24, "left": 0, "keyboard": keyboard, "height": 740 })
}

/// The look itself is not blind.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_small_too_wide_or_learnt_by_a_keyboard_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let phone = Handset::start(&folder.path().join("companion")).await;
    phone.page.wait_for("secret").await;
    assert_eq!(phone.page.script(FAULTS).await, json!([]));
    phone
        .page
        .script(
            "document.body.insertAdjacentHTML('beforeend', `<button data-testid=\"small\">x</button> \
             <div class=\"wide\">x</div><input data-testid=\"learnt\">`); \
             document.querySelector('.wide').style.inlineSize = '900px'; \
             document.querySelector('[data-testid=\"learnt\"]').style.blockSize = '60px';",
        )
        .await;
    let seen = phone.page.script(FAULTS).await.to_string();
    for fault in ["beyond the side", "small is", "learn what is typed into learnt"] {
        assert!(seen.contains(fault), "{fault}: {seen}");
    }
    phone.close().await;
}

/// What is drawn is what the document says: nothing moves any more, and two frames were painted since.
pub(crate) async fn settled(phone: &Handset) {
    let script = "const done = arguments[arguments.length - 1]; \
                  const moves = () => document.getAnimations().some((one) => one.playState === 'running'); \
                  const look = () => requestAnimationFrame(() => requestAnimationFrame(() => \
                      moves() || document.fonts.status !== 'loaded' ? look() : done(true))); look();";
    phone.page.driver.execute_async(script, Vec::new()).await.unwrap();
}

pub(crate) async fn picture(phone: &Handset, name: &str) {
    let png = phone.page.driver.screenshot_as_png().await.unwrap();
    std::fs::write(folder().join(format!("{name}.png")), png).unwrap();
}
