/** One artifact frame: the iframe with its sandbox, and the port to the shell inside. */
import { type HostMessage, parseShellMessage, PORT_MESSAGE, READY_MESSAGE } from "./messages";
import type { ShellMessage } from "./messages";

/** What made things may do: never the app's origin, pop-ups, modals, downloads or the top page. */
const SANDBOX = "allow-scripts allow-forms allow-pointer-lock";
const FEATURES = "fullscreen; gamepad; autoplay; accelerometer; gyroscope; clipboard-write";

/** A shell that floods its port is no longer listened to until the next second. */
const MESSAGES_PER_SECOND = 100;

function makeFrame(origin: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = "Artifact preview";
  frame.setAttribute("sandbox", SANDBOX);
  frame.setAttribute("allow", FEATURES);
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.setAttribute("credentialless", "");
  frame.setAttribute("loading", "lazy");
  frame.src = `${origin}/frame`;
  return frame;
}

export class PreviewFrame {
  readonly element: HTMLIFrameElement;
  readonly #onMessage: (message: ShellMessage) => void;
  readonly #onWindowMessage = (event: MessageEvent): void => this.#connect(event);
  #port: MessagePort | null = null;
  #waiting: HostMessage[] = [];
  #second = 0;
  #heard = 0;

  constructor(origin: string, onMessage: (message: ShellMessage) => void) {
    this.element = makeFrame(origin);
    this.#onMessage = onMessage;
    addEventListener("message", this.#onWindowMessage);
  }

  /** Sends now, or as soon as the shell is there. */
  send(message: HostMessage): void {
    if (this.#port) this.#port.postMessage(message);
    else if (message.type === "draft") this.#replaceWaitingDraft(message);
    else this.#waiting.push(message);
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Removes the frame, and with it everything that runs inside. */
  destroy(): void {
    removeEventListener("message", this.#onWindowMessage);
    this.#port?.close();
    this.#port = null;
    this.element.remove();
  }

  #replaceWaitingDraft(message: HostMessage): void {
    this.#waiting = [...this.#waiting.filter((one) => one.type !== "draft"), message];
  }

  /** The shell's origin is opaque, so its identity is the window that speaks; it is heard once. */
  #connect(event: MessageEvent): void {
    if (event.source !== this.element.contentWindow || event.data !== READY_MESSAGE) return;
    removeEventListener("message", this.#onWindowMessage);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (message) => this.#received(message.data);
    this.#port = port1;
    this.element.contentWindow?.postMessage(PORT_MESSAGE, "*", [port2]);
    for (const message of this.#waiting) port1.postMessage(message);
    this.#waiting = [];
  }

  #received(data: unknown): void {
    const second = Math.floor(performance.now() / 1000);
    if (second !== this.#second) this.#heard = 0;
    this.#second = second;
    if (++this.#heard > MESSAGES_PER_SECOND) return;
    const message = parseShellMessage(data);
    if (message) this.#onMessage(message);
  }
}
