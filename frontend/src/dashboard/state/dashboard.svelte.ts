/** What the page knows of the workers: the last frame, how old it is, and which worker is open. */
import { browserClock } from "../../transport/clock";
import { openBrowserSocket } from "../../transport/browser-socket";
import { appendSample, sampleOf, SPANS } from "../domain/series";
import { type Freshness, freshness } from "../domain/freshness";
import { sortWorkers } from "../domain/view-states";
import type { ClusterView, Sample, WorkersFrame, WorkerView } from "../protocol/workers";
import { WorkersSocket } from "../transport/workers-socket";

/** Live samples kept of each worker: as far back as the hour's chart shows. */
const KEPT_SECONDS = SPANS.hour.seconds;
const TICK_MS = 500;

export class Dashboard {
  workers = $state.raw<readonly WorkerView[]>([]);
  cluster = $state.raw<ClusterView | null>(null);
  samples = $state.raw<ReadonlyMap<string, readonly Sample[]>>(new Map());
  /** The server's clock at the last frame, in Unix seconds. */
  at = $state(0);
  /** The worker whose details are open, by id; it may be gone. */
  opened = $state<string | null>(openedInAddress());
  #heardAt = $state<number | null>(null);
  #now = $state(performance.now());
  #isOnline = $state(true);
  readonly #socket = new WorkersSocket({
    open: () => openBrowserSocket("/ws/workers"),
    clock: browserClock,
    random: Math.random,
    onOnline: (isOnline) => (this.#isOnline = isOnline),
    onFrame: (frame) => this.#heard(frame),
    // The server asks whoever may not see the page to sign in, and leads back here.
    onSignedOut: () => location.reload(),
  });

  /** Connects and follows the address; call once. */
  start(): void {
    this.#socket.connect();
    setInterval(() => (this.#now = performance.now()), TICK_MS);
    addEventListener("online", () => this.#socket.wake());
    addEventListener("hashchange", () => (this.opened = openedInAddress()));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#socket.wake();
    });
  }

  /** Whether the first frame has come: before it there is nothing to say. */
  get isKnown(): boolean {
    return this.#heardAt !== null;
  }

  get freshness(): Freshness {
    return freshness(this.#heardAt, this.#now, this.#isOnline);
  }

  find(id: string): WorkerView | null {
    return this.workers.find((worker) => worker.worker_id === id) ?? null;
  }

  samplesOf(id: string): readonly Sample[] {
    return this.samples.get(id) ?? [];
  }

  #heard(frame: WorkersFrame): void {
    this.#heardAt = performance.now();
    this.#now = this.#heardAt;
    this.at = frame.at;
    this.workers = sortWorkers(frame.workers);
    this.cluster = frame.cluster;
    this.samples = new Map(
      frame.workers.map((worker) => [
        worker.worker_id,
        appendSample(this.samplesOf(worker.worker_id), sampleOf(worker), KEPT_SECONDS),
      ]),
    );
  }
}

function openedInAddress(): string | null {
  const id = location.hash === ALL_WORKERS ? "" : location.hash.slice(1);
  try {
    return id ? decodeURIComponent(id) : null;
  } catch {
    return null;
  }
}

/** The address of the list on this page: no worker has a slash in its address. */
export const ALL_WORKERS = "#/";

/** The address of a worker's details on this page. */
export const workerAddress = (id: string): string => `#${encodeURIComponent(id)}`;

/** Where a browser finds a worker's diagnostics as a ZIP file. */
export { diagnosticsPath as diagnosticsAddress } from "../transport/workers-http";
