import "@baken/shared/theme.css";
import "./views/layout.css";
import "./views/draft/form.css";

import { theme } from "@baken/shared";
import { mount } from "svelte";

import { bridge } from "./shared/bridge";
import { Companion } from "./domain/app/companion.svelte";
import App from "./views/App.svelte";
import { Rest } from "./views/rest.svelte";

theme.restore();

const target = document.getElementById("app");
if (!target) throw new Error("index.html holds no #app");
// A page that begins anew, after a crash or a reload, shows nothing that an earlier one had open. What cannot be locked
// cannot be read either, and the app says so when it begins.
void bridge
  .lock()
  .catch(() => undefined)
  .then(() => {
    const rest = new Rest();
    mount(App, { target, props: { companion: new Companion(bridge, window.history), rest } });
    return rest.bring();
  });
