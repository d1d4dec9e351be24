/** The exports of this browser: begun, followed until they end, and downloaded. They go on while
 * their panel is closed, and are found again after a reload. */
import { hasEnded } from "../domain/exports";
import type { ExportFormat, ExportOptions, ExportStatus } from "../protocol/exports";
import * as api from "../transport/exports";
import { HttpError } from "../transport/http";
import { saveFile } from "./save-file";
import { remembered } from "./storage";

/** What was asked for. */
export interface ExportWish {
  readonly artifact: string;
  readonly version: number;
  readonly title: string;
  readonly format: ExportFormat;
  readonly options: ExportOptions;
}

const POLL_MS = 700;
const RETRY_MS = 3_000;
const KEY = "exports";

export class ExportJob {
  readonly wish: ExportWish;
  id: string | null;
  status = $state.raw<ExportStatus | null>(null);
  /** Why it could not be begun or followed, as a sentence. */
  problem = $state<string | null>(null);
  isCancelling = $state(false);

  constructor(wish: ExportWish, id: string | null) {
    this.wish = wish;
    this.id = $state(id);
  }

  readonly hasEnded: boolean = $derived(
    this.problem !== null || (this.status !== null && hasEnded(this.status)),
  );

  readonly hasFailed: boolean = $derived(this.problem !== null || this.status?.state === "failed");
}

export class Exports {
  jobs = $state.raw<readonly ExportJob[]>([]);

  /** Takes up what was running when the page was left. */
  resume(): void {
    for (const { id, wish } of readStored()) {
      const job = new ExportJob(wish, id);
      this.jobs = [...this.jobs, job];
      void this.#follow(job, id);
    }
  }

  start(wish: ExportWish): void {
    const job = new ExportJob(wish, null);
    this.jobs = [...this.jobs, job];
    void this.#begin(job);
  }

  async cancel(job: ExportJob): Promise<void> {
    if (job.id === null) return this.dismiss(job);
    job.isCancelling = true;
    try {
      await api.cancelExport(job.id);
      this.dismiss(job);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      job.isCancelling = false;
    }
  }

  /** Begins the same export anew. */
  retry(job: ExportJob): void {
    this.dismiss(job);
    this.start(job.wish);
  }

  download(job: ExportJob): void {
    if (job.id !== null) saveFile(api.exportFilePath(job.id));
  }

  dismiss(job: ExportJob): void {
    this.jobs = this.jobs.filter((one) => one !== job);
    this.#store();
  }

  async #begin(job: ExportJob): Promise<void> {
    const { artifact, version, format, options } = job.wish;
    try {
      job.id = await api.startExport(artifact, version, format, options);
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      job.problem = error.message;
      return;
    }
    // Cancelled before the server had answered.
    if (!this.jobs.includes(job)) return void api.cancelExport(job.id).catch(() => undefined);
    this.#store();
    await this.#follow(job, job.id);
  }

  async #follow(job: ExportJob, id: string): Promise<void> {
    while (this.jobs.includes(job)) {
      const wait = await this.#ask(job, id);
      if (job.hasEnded) break;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    this.#store();
    if (job.status?.state === "done" && this.jobs.includes(job)) this.download(job);
  }

  /** Asks once; returns how long to wait until the next time. A server that is away is asked again. */
  async #ask(job: ExportJob, id: string): Promise<number> {
    try {
      job.status = await api.getExport(id);
      return POLL_MS;
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      const isAway = error.status === 0 || error.status >= 500;
      if (!isAway) job.problem = error.message;
      return RETRY_MS;
    }
  }

  #store(): void {
    const running = this.jobs.filter((job) => job.id !== null && !job.hasEnded);
    const stored = running.map(({ id, wish }) => ({ id, wish }));
    remembered.set(KEY, stored.length === 0 ? null : JSON.stringify(stored));
  }
}

interface StoredJob {
  readonly id: string;
  readonly wish: ExportWish;
}

function readStored(): readonly StoredJob[] {
  try {
    return JSON.parse(remembered.get(KEY) ?? "[]") as readonly StoredJob[];
  } catch {
    return [];
  }
}
