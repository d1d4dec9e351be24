/** Mounts the page on the element that the server's template provides. */
import { mount } from "svelte";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/prose.css";
import "./styles/highlight.css";
import { App } from "./state/app.svelte";
import Page from "./ui/Page.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("The page has no #app element");

const app = new App();
target.replaceChildren();
mount(Page, { target, props: { app } });
void app.start();
