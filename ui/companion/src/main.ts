import "@baken/shared/theme.css";
import "./views/layout.css";

import { theme } from "@baken/shared";
import { mount } from "svelte";

import { bridge } from "./shared/bridge";
import { Companion } from "./domain/app/companion.svelte";
import App from "./views/App.svelte";

theme.restore();

const target = document.getElementById("app");
if (!target) throw new Error("index.html holds no #app");
mount(App, { target, props: { companion: new Companion(bridge, window.history) } });
