/** The address: `/` is a new chat, `/c/<id>` a conversation. */

export function conversationInAddress(): string | null {
  const id = /^\/c\/([^/]+)\/?$/.exec(location.pathname)?.[1];
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
