/** Pages beside the chat; loaded only where the address asks for one. */
import { mount } from "svelte";
import { Gallery } from "../state/gallery.svelte";
import { Presenter } from "../state/presenter.svelte";
import { Remix } from "../state/remix.svelte";
import type { PresentationPlace } from "../state/router";
import PresenterPage from "./artifact/present/PresenterPage.svelte";
import GalleryPage from "./gallery/GalleryPage.svelte";
import RemixPage from "./remix/RemixPage.svelte";

export function mountPresenter(target: HTMLElement, place: PresentationPlace): void {
  const presenter = new Presenter(place);
  mount(PresenterPage, { target, props: { presenter } });
  void presenter.start();
}

export function mountGallery(target: HTMLElement): void {
  const gallery = new Gallery();
  mount(GalleryPage, { target, props: { gallery } });
  void gallery.load();
}

export function mountRemix(target: HTMLElement, slug: string): void {
  const remix = new Remix(slug);
  mount(RemixPage, { target, props: { remix } });
  void remix.load();
}
