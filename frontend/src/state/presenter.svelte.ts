/** The presenter's window: follows the presentation of another window, and leads it. */
import type { Curtain } from "../domain/presentation";
import { parseNews, type PresenterWish } from "../domain/presenter-messages";
import type { ArtifactVersion, DeckPage, Session } from "../protocol/resources";
import * as http from "../transport/http";
import { type PresentationPlace, presentationChannel } from "./router";
import { SlideDocuments } from "./slide-documents.svelte";

export class Presenter {
  readonly documents = new SlideDocuments();
  session = $state.raw<Session | null>(null);
  version = $state.raw<ArtifactVersion | null>(null);
  position = $state(1);
  curtain = $state<Curtain>("none");
  startedAt = $state(Date.now());
  isOver = $state(false);
  problem = $state<string | null>(null);
  readonly #place: PresentationPlace;
  readonly #channel: BroadcastChannel;

  constructor(place: PresentationPlace) {
    this.#place = place;
    this.#channel = new BroadcastChannel(presentationChannel(place.channel));
    this.#channel.onmessage = (event) => this.#heard(event.data);
  }

  readonly current: DeckPage | null = $derived.by(() => this.version?.pages[this.position - 1] ?? null);

  readonly next: DeckPage | null = $derived.by(() => this.version?.pages[this.position] ?? null);

  async start(): Promise<void> {
    this.problem = null;
    try {
      this.session = await http.getSession();
      this.version = await http.getArtifactVersion(this.#place.artifact, this.#place.version);
      this.wish({ type: "hello" });
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      this.problem = error.message;
    }
  }

  /** Fetches what shows and what comes next. */
  async fetchNear(): Promise<void> {
    const { version } = this;
    if (!version) return;
    try {
      for (const page of [this.current, this.next]) {
        if (page) await this.documents.fetch(version, page);
      }
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      this.problem = error.message;
    }
  }

  wish(wish: PresenterWish): void {
    if (!this.isOver) this.#channel.postMessage(wish);
  }

  #heard(data: unknown): void {
    const news = parseNews(data);
    if (news?.type === "over") this.isOver = true;
    if (news?.type !== "state") return;
    this.position = news.position;
    this.curtain = news.curtain;
    this.startedAt = Date.now() - news.elapsedMs;
  }
}
