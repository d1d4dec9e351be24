/** Mounts the page that the address asks for on the element that the server's template provides. */
import { mount } from "svelte";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/prose.css";
import "./styles/highlight.css";
import { App } from "./state/app.svelte";
import { Preferences } from "./state/preferences.svelte";
import { isGalleryAddress, presentationInAddress, remixInAddress } from "./state/router";
import Page from "./ui/Page.svelte";

async function start(target: HTMLElement): Promise<void> {
  const presentation = presentationInAddress();
  const slug = remixInAddress();
  if (presentation === null && slug === null && !isGalleryAddress()) return startChat(target);
  new Preferences().applyTheme();
  const { mountGallery, mountPresenter, mountRemix } = await import("./ui/other-pages");
  if (presentation) mountPresenter(target, presentation);
  else if (slug !== null) mountRemix(target, slug);
  else mountGallery(target);
}

function startChat(target: HTMLElement): void {
  const app = new App();
  target.replaceChildren();
  mount(Page, { target, props: { app } });
  void app.start();
}

const target = document.getElementById("app");
if (!target) throw new Error("The page has no #app element");
void start(target);
