/** A presentation that runs in this window, and the presenter's window that follows it. */
import {
  beginPresentation,
  commandForKey,
  isLeading,
  perform,
  type Presentation,
  type PresentationCommand,
} from "../domain/presentation";
import { parseWish, type PresenterNews } from "../domain/presenter-messages";
import type { ArtifactVersion } from "../protocol/resources";
import { presentationAddress, presentationChannel } from "./router";

export class RunningPresentation {
  readonly version: ArtifactVersion;
  state = $state.raw<Presentation>(beginPresentation(1, 1));
  /** Why there is no presenter's window, as a sentence. */
  problem = $state<string | null>(null);
  readonly startedAt = Date.now();
  readonly #id = crypto.randomUUID();
  readonly #channel: BroadcastChannel;
  #popup: Window | null = null;

  constructor(version: ArtifactVersion, position: number) {
    this.version = version;
    this.state = beginPresentation(position, version.pages.length);
    this.#channel = new BroadcastChannel(presentationChannel(this.#id));
    this.#channel.onmessage = (event) => this.#heard(event.data);
  }

  run(command: PresentationCommand): void {
    this.state = perform(this.state, command);
    this.#tell();
  }

  /** Does what a key asks for; false when it asks for nothing. */
  press(key: string, withShift: boolean): boolean {
    const command = commandForKey(key, withShift);
    if (command) this.run(command);
    return command !== null;
  }

  /** Opens the presenter's window, or brings it to the front. */
  openPresenter(): void {
    const address = presentationAddress(this.version.id, this.version.number, this.#id);
    const popup = window.open(address, "atelier-presenter", "popup,width=1120,height=720");
    this.#popup = popup;
    this.problem = popup
      ? null
      : "The browser blocked the presenter window. Allow pop-ups for this page and press P again.";
  }

  end(): void {
    this.#channel.postMessage({ type: "over" } satisfies PresenterNews);
    this.#channel.close();
    this.#popup?.close();
  }

  #heard(data: unknown): void {
    const wish = parseWish(data);
    if (wish?.type === "hello") this.#tell();
    else if (wish?.type === "go") this.run({ type: "go", position: wish.position });
    else if (wish?.type === "key") this.#follow(wish.key, wish.withShift);
  }

  #follow(key: string, withShift: boolean): void {
    const command = commandForKey(key, withShift);
    if (command && isLeading(command)) this.run(command);
  }

  #tell(): void {
    const { position, curtain, isOver } = this.state;
    if (isOver) return;
    const elapsedMs = Date.now() - this.startedAt;
    const version = this.version.number;
    this.#channel.postMessage({
      type: "state",
      version,
      position,
      curtain,
      elapsedMs,
    } satisfies PresenterNews);
  }
}
