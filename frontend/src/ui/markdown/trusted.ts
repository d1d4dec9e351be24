import type { Attachment } from "svelte/attachments";

/** Shows trusted HTML in an element. DOM types know only strings here; browsers take both. */
export function trustedHtml(html: TrustedHTML): Attachment<HTMLElement> {
  return (element) => {
    element.innerHTML = html as unknown as string;
  };
}
