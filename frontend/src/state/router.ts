/** The address: `/` is a new chat, `/c/<id>` a conversation; `/present/…` is a presenter's window,
 * `/remix/<slug>` begins a chat with what somebody published, `/gallery` lists what is public. */

const CONVERSATION = /^\/c\/([^/]+)\/?$/;
const PRESENTATION = /^\/present\/([0-9a-f-]+)\/(\d+)\/?$/;
const GALLERY = /^\/gallery\/?$/;
const REMIX = /^\/remix\/([\w-]+)\/?$/;

export function conversationInAddress(): string | null {
  const id = CONVERSATION.exec(location.pathname)?.[1];
  return id ? decodeURIComponent(id) : null;
}

export function addressOf(conversation: string | null): string {
  return conversation === null ? "/" : `/c/${encodeURIComponent(conversation)}`;
}

export function goTo(conversation: string | null): void {
  const address = addressOf(conversation);
  if (address !== location.pathname) history.pushState(null, "", address);
}

export function onAddressChange(listener: (conversation: string | null) => void): void {
  addEventListener("popstate", () => listener(conversationInAddress()));
}

/** What a presenter's window follows. */
export interface PresentationPlace {
  readonly artifact: string;
  readonly version: number;
  readonly channel: string;
}

export function presentationInAddress(): PresentationPlace | null {
  const [, artifact, version] = PRESENTATION.exec(location.pathname) ?? [];
  if (artifact === undefined) return null;
  return { artifact, version: Number(version), channel: location.hash.slice(1) };
}

export function presentationAddress(artifact: string, version: number, channel: string): string {
  return `/present/${artifact}/${version}#${channel}`;
}

/** Name of the channel on which the two windows of a presentation speak. */
export function presentationChannel(id: string): string {
  return `atelier:presentation:${id}`;
}

export function isGalleryAddress(): boolean {
  return GALLERY.test(location.pathname);
}

export function remixAddress(slug: string): string {
  return `/remix/${encodeURIComponent(slug)}`;
}

export function remixInAddress(): string | null {
  return REMIX.exec(location.pathname)?.[1] ?? null;
}
