import "@baken/shared/theme.css";
import "./views/layout.css";

import { theme } from "@baken/shared";
import { mount } from "svelte";

import { Office } from "./domain/session/office.svelte";
import App from "./views/App.svelte";

theme.followSystem();

const target = document.getElementById("app");
if (!target) throw new Error("index.html holds no #app");
mount(App, { target, props: { office: new Office() } });
