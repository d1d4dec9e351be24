/** What the server says of its workers and answers to an administrator. */

/** Where a worker is in its life, as the server judges it from statuses and times. */
export type ViewState = "starting" | "ready" | "draining" | "stuck" | "gone" | "failed";

/** How long something took lately, in seconds; `count` is how many were measured. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly count: number;
}

/** A GPU, or the processor of a CPU worker. What a device does not tell is null. */
export interface DeviceStatus {
  readonly index: number;
  readonly name: string;
  /** From 0 to 1. */
  readonly utilization: number | null;
  readonly memory_utilization: number | null;
  readonly memory_used_bytes: number | null;
  readonly memory_total_bytes: number | null;
  readonly power_watts: number | null;
  readonly power_limit_watts: number | null;
  readonly temperature_celsius: number | null;
  readonly clock_mhz: number | null;
  readonly memory_clock_mhz: number | null;
  readonly throttle_reasons: readonly string[];
  readonly ecc_errors: number | null;
  readonly last_xid: number | null;
}

/** A request that a worker computes now; `since` in Unix seconds. */
export interface RunningRequest {
  readonly id: string;
  readonly turn: string | null;
  readonly since: number;
}

/** One worker: its last status, and what the server makes of it. Times are Unix seconds. */
export interface WorkerView {
  readonly worker_id: string;
  readonly model: string;
  readonly view_state: ViewState;
  readonly view_reason: string;
  readonly uptime_seconds: number;
  readonly requests: readonly RunningRequest[];
  readonly device: string;
  readonly dtype: string;
  readonly pid: number;
  readonly host: string;
  readonly revision: string;
  readonly weight_format: string;
  readonly pinned: boolean;
  readonly started_at: number;
  readonly updated_at: number;
  readonly polled_at: number;
  readonly context_length: number;
  readonly steps: number;
  readonly running: number;
  readonly waiting: number;
  readonly max_running: number;
  readonly kv_blocks_used: number;
  readonly kv_blocks_total: number;
  readonly generated_tokens: number;
  readonly prompt_tokens: number;
  readonly tokens_per_second: number;
  readonly prompt_tokens_per_second: number;
  /** From 0 to 1 while the model is loaded. */
  readonly load_progress: number | null;
  readonly load_text: string;
  readonly prefix_query_tokens: number;
  readonly prefix_hit_tokens: number;
  readonly drafted_tokens: number;
  readonly accepted_draft_tokens: number;
  readonly preemptions: number;
  readonly evictions: number;
  readonly corrupted_requests: number;
  readonly retried_requests: number;
  readonly step_ms: number;
  readonly host_ms_per_step: number;
  readonly roofline_share: number | null;
  /** Failed requests by error code. */
  readonly errors: Readonly<Record<string, number>>;
  /** The others by finish reason. */
  readonly finished: Readonly<Record<string, number>>;
  readonly time_to_first_token: Quantiles | null;
  readonly inter_token: Quantiles | null;
  readonly end_to_end: Quantiles | null;
  readonly devices: readonly DeviceStatus[];
}

/** What waits for one model at one priority. */
export interface QueueView {
  readonly model: string;
  readonly priority: string;
  readonly depth: number;
  readonly oldest_seconds: number | null;
  readonly paused: boolean;
}

export interface ClusterView {
  readonly queues: readonly QueueView[];
  readonly redis_memory_bytes: number | null;
  /** Null or 0 where Redis has no limit. */
  readonly redis_max_bytes: number | null;
  readonly database_bytes: number | null;
  readonly disk_free_bytes: number | null;
  readonly disk_total_bytes: number | null;
  readonly turns: { readonly queued: number; readonly running: number };
  readonly retried_turns_hour: number;
}

/** The one frame of `/ws/workers`, sent every second; `at` is the server's clock. */
export interface WorkersFrame {
  readonly type: "workers";
  readonly at: number;
  readonly workers: readonly WorkerView[];
  readonly cluster: ClusterView;
}

/** One moment of a worker, or the means of one minute; what is not told is left out. */
export interface Sample {
  readonly t: number;
  readonly running?: number | null;
  readonly waiting?: number | null;
  /** Shares from 0 to 1. */
  readonly kv?: number | null;
  readonly util?: number | null;
  /** Tokens a second. */
  readonly in?: number | null;
  readonly out?: number | null;
  readonly mem?: number | null;
  readonly power?: number | null;
  readonly temp?: number | null;
}

export type Span = "hour" | "week";

export type WorkerAction =
  | "drain"
  | "resume"
  | "restart"
  | "pin"
  | "unpin"
  | "load_model"
  | "set_concurrency"
  | "cancel_request";

/** An administrator's wish. `value`: a model, a number or a request id, as the action needs it. */
export interface WorkerWish {
  readonly action: WorkerAction;
  readonly value: string;
  readonly reason: string;
}

/** How a wish ended; `done` is null until the worker has answered. */
export interface WishResult {
  readonly id: string;
  readonly done: boolean | null;
  readonly message: string;
}
