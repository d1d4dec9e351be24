// Generated from webapp/workers/wire.py by `npm run types`. Do not edit: change the models.

/** What all workers share. Where Redis has no limit, `redis_max_bytes` is 0. */
export interface ClusterView {
  readonly queues: readonly (QueueView)[];
  readonly redis_memory_bytes: number;
  readonly redis_max_bytes: number;
  readonly database_bytes: number;
  readonly disk_free_bytes: number;
  readonly disk_total_bytes: number;
  readonly turns: TurnCounts;
  readonly retried_turns_hour: number;
}

/**
 * A GPU, or the processor of a CPU worker (`index` 0). What a device does not tell is None.
 *
 * `utilization` and `memory_utilization` are shares from 0 to 1, clocks MHz, power watts.
 * `throttle_reasons` are NVML's names in lower case; `ecc_errors` counts uncorrected ones since
 * the driver began, `last_xid` is the number of the newest XID event since the worker began.
 */
export interface DeviceStatus {
  readonly index: number;
  readonly name: string;
  readonly utilization: number | null;
  readonly memory_utilization: number | null;
  readonly memory_used_bytes: number | null;
  readonly memory_total_bytes: number | null;
  readonly power_watts: number | null;
  readonly power_limit_watts: number | null;
  readonly temperature_celsius: number | null;
  readonly clock_mhz: number | null;
  readonly memory_clock_mhz: number | null;
  readonly throttle_reasons: readonly (string)[];
  readonly ecc_errors: number | null;
  readonly last_xid: number | null;
}

/** How long something took lately, in seconds; `count` is how many were measured. */
export interface Quantiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly count: number;
}

/** Whether workers take requests of this model. */
export interface QueueState {
  readonly model: string;
  readonly paused: boolean;
}

/** What waits for one model at one priority; `oldest_seconds` is None where nothing waits. */
export interface QueueView {
  readonly model: string;
  readonly priority: string;
  readonly depth: number;
  readonly oldest_seconds: number | null;
  readonly paused: boolean;
}

/** Body of a queue's pause and of its end. */
export interface QueueWish {
  readonly reason: string;
}

/** A request that a worker computes now; `turn` is what it answers. */
export interface RunningRequest {
  readonly id: string;
  readonly turn: string;
  readonly since: number;
}

/**
 * One second of a worker, or the means of one minute: counts, the share of the KV cache, tokens
 * per second read and written, and of its first device utilization, bytes, watts and degrees
 * Celsius. What is not known is null.
 */
export interface Sample {
  readonly t: number;
  readonly running: number | null;
  readonly waiting: number | null;
  readonly kv: number | null;
  readonly in: number | null;
  readonly out: number | null;
  readonly util: number | null;
  readonly mem: number | null;
  readonly power: number | null;
  readonly temp: number | null;
}

/** Turns that have not ended. */
export interface TurnCounts {
  readonly queued: number;
  readonly running: number;
}

/** What a worker is doing, as seen from outside. */
export type ViewState =
  | "starting"
  | "ready"
  | "draining"
  | "stuck"
  | "gone"
  | "failed";

/** How a command ended; `done` is null until the worker has answered. */
export interface WishResult {
  readonly id: string;
  readonly done: boolean | null;
  readonly message: string;
}

/** A command is on its way; the id is what its result is asked for by. */
export interface WishSent {
  readonly id: string;
}

/** What an administrator may ask of a worker. */
export type WorkerAction =
  | "drain"
  | "resume"
  | "restart"
  | "pin"
  | "unpin"
  | "load_model"
  | "set_concurrency"
  | "cancel_request";

/**
 * The samples of an hour or a week, the oldest first. `peaks` are the highest values of the
 * same minutes; an hour of seconds has none.
 */
export interface WorkerHistory {
  readonly samples: readonly (Sample)[];
  readonly peaks: readonly (Sample)[];
}

/** The last lines of a worker's log, the oldest first. */
export interface WorkerLog {
  readonly lines: readonly (string)[];
}

/** Where a worker is in its life. */
export type WorkerState =
  | "starting"
  | "ready"
  | "draining"
  | "failed";

/**
 * One worker: its last status, and what it looks like from here. `state` and `reason` are what
 * it says itself, `view_state` and `view_reason` what the clock makes of that.
 */
export interface WorkerView {
  readonly worker_id: string;
  readonly model: string;
  readonly view_state: ViewState;
  readonly view_reason: string;
  readonly uptime_seconds: number;
  readonly requests: readonly (RunningRequest)[];
  readonly state: WorkerState;
  readonly reason: string;
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
  readonly errors: Readonly<Record<string, number>>;
  readonly finished: Readonly<Record<string, number>>;
  readonly time_to_first_token: Quantiles | null;
  readonly inter_token: Quantiles | null;
  readonly end_to_end: Quantiles | null;
  readonly devices: readonly (DeviceStatus)[];
}

/** Body of a command to a worker; `value` is as `engine.protocol.WorkerCommand` says. */
export interface WorkerWish {
  readonly action: WorkerAction;
  readonly value: string;
  readonly reason: string;
}

/** The one frame of `/ws/workers`, sent every second; `at` is the server's clock. */
export interface WorkersFrame {
  readonly type: "workers";
  readonly at: number;
  readonly workers: readonly (WorkerView)[];
  readonly cluster: ClusterView;
}
