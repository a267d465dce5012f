//! axe-core in the page itself: nothing serious or critical on any screen (WCAG 2.2 AA).

use crate::page::Page;
use crate::processes::root;

/// Fails with every serious or critical finding on the page as it is now.
pub(crate) async fn check(page: &Page, what: &str) {
    let library = root().join("ui/node_modules/axe-core/axe.min.js");
    let source = std::fs::read_to_string(&library).expect("npm ci brings axe-core");
    let script = format!(
        "{source};
         const done = arguments[arguments.length - 1];
         // What lies under a modal dialog is inert, which axe does not know of: to it the two stand in each other's way.
         const rules = document.querySelector('dialog:modal') ? {{ 'target-size': {{ enabled: false }} }} : {{}};
         const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
         axe.run(document, {{ runOnly, rules }})
            .then(r => done(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))
                 .map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.target.join(' ')).join(', '))))
            .catch(e => done(['axe failed: ' + e]));"
    );
    let found = page.driver.execute_async(&script, Vec::new()).await.unwrap().json().clone();
    assert_eq!(found, serde_json::json!([]), "{what}");
}
