/** Everything that a worker says of itself, in groups of label and figure. Pure. */
import type { DeviceStatus, WorkerView } from "../protocol/workers";
import {
  formatAge,
  formatBytes,
  formatCount,
  formatRate,
  formatSeconds,
  formatShare,
  formatShort,
  shareOf,
  UNKNOWN,
  withUnit,
} from "./figures";

export interface Figure {
  readonly label: string;
  readonly value: string;
}

export interface FigureGroup {
  readonly title: string;
  readonly figures: readonly Figure[];
}

const figure = (label: string, value: string): Figure => ({ label, value });
const text = (label: string, value: string): Figure => figure(label, value || UNKNOWN);

/** `at` is the server's clock in Unix seconds. */
export function figureGroups(worker: WorkerView, at: number): readonly FigureGroup[] {
  return [
    { title: "Model", figures: modelFigures(worker) },
    { title: "Process", figures: processFigures(worker, at) },
    { title: "Requests", figures: requestFigures(worker) },
    { title: "Speed", figures: speedFigures(worker) },
    { title: "Cache", figures: cacheFigures(worker) },
    ...worker.devices.map((device) => ({
      title: `${device.name || "Device"} · ${device.index}`,
      figures: deviceFigures(device, worker.device.startsWith("cpu")),
    })),
  ];
}

const modelFigures = (worker: WorkerView): Figure[] => [
  text("Name", worker.model),
  text("Revision", worker.revision.slice(0, 12)),
  text("Weights", worker.weight_format),
  text("Computes in", worker.dtype),
  figure("Context", `${formatCount(worker.context_length)} tokens`),
  figure("Pinned", worker.pinned ? "yes" : "no"),
];

const processFigures = (worker: WorkerView, at: number): Figure[] => [
  text("Worker", worker.worker_id),
  text("Host", worker.host),
  figure("Process", String(worker.pid)),
  text("Device", worker.device),
  figure("Up for", formatAge(worker.uptime_seconds)),
  figure("Last heard", `${formatAge(at - worker.updated_at)} ago`),
  figure("Asked for work", worker.polled_at > 0 ? `${formatAge(at - worker.polled_at)} ago` : UNKNOWN),
];

const requestFigures = (worker: WorkerView): Figure[] => [
  figure("Running", `${worker.running} of ${worker.max_running}`),
  figure("Waiting", formatCount(worker.waiting)),
  ...counted(worker.finished, "Ended: "),
  ...counted(worker.errors, "Failed: "),
  figure("Second attempts", formatCount(worker.retried_requests)),
  figure("Preempted", formatCount(worker.preemptions)),
  figure("Corrupted", formatCount(worker.corrupted_requests)),
];

function counted(counts: Readonly<Record<string, number>>, prefix: string): Figure[] {
  return Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => figure(prefix + name.replaceAll("_", " "), formatCount(count)));
}

const speedFigures = (worker: WorkerView): Figure[] => [
  figure("Written", `${formatRate(worker.tokens_per_second)} tok/s`),
  figure("Read", `${formatRate(worker.prompt_tokens_per_second)} tok/s`),
  figure("Written in all", formatShort(worker.generated_tokens)),
  figure("Read in all", formatShort(worker.prompt_tokens)),
  figure("A step takes", formatSeconds(worker.step_ms / 1000)),
  figure("Of it the host", formatSeconds(worker.host_ms_per_step / 1000)),
  figure("Steps", formatShort(worker.steps)),
  figure("Drafts accepted", formatShare(shareOf(worker.accepted_draft_tokens, worker.drafted_tokens))),
  figure("Of the roofline", formatShare(worker.roofline_share)),
];

const cacheFigures = (worker: WorkerView): Figure[] => [
  figure("Blocks", `${formatCount(worker.kv_blocks_used)} of ${formatCount(worker.kv_blocks_total)}`),
  figure("In use", formatShare(shareOf(worker.kv_blocks_used, worker.kv_blocks_total))),
  figure("Prefix hits", formatShare(shareOf(worker.prefix_hit_tokens, worker.prefix_query_tokens))),
  figure("Tokens not read again", formatShort(worker.prefix_hit_tokens)),
  figure("Evictions", formatCount(worker.evictions)),
];

/** Only what the device tells: a processor has no power limit, and its memory is the machine's. */
function deviceFigures(device: DeviceStatus, isProcessor: boolean): Figure[] {
  const memoryLabel = isProcessor ? "Machine's memory in use" : "Memory bus busy";
  const told: [string, number | null, string][] = [
    ["Busy", device.utilization, formatShare(device.utilization)],
    [memoryLabel, device.memory_utilization, formatShare(device.memory_utilization)],
    ["Memory", device.memory_used_bytes, ofBytes(device.memory_used_bytes, device.memory_total_bytes)],
    ["Power", device.power_watts, ofWatts(device.power_watts, device.power_limit_watts)],
    ["Temperature", device.temperature_celsius, withUnit(device.temperature_celsius, "°C")],
    ["Clock", device.clock_mhz, withUnit(device.clock_mhz, "MHz")],
    ["Memory clock", device.memory_clock_mhz, withUnit(device.memory_clock_mhz, "MHz")],
    ["ECC errors", device.ecc_errors, formatCount(device.ecc_errors)],
    ["Last XID", device.last_xid, formatCount(device.last_xid)],
  ];
  const figures = told.filter(([, value]) => value !== null).map(([label, , value]) => figure(label, value));
  if (device.throttle_reasons.length > 0) {
    figures.push(figure("Slowed by", device.throttle_reasons.join(", ").replaceAll("_", " ")));
  }
  return figures;
}

const ofBytes = (used: number | null, total: number | null): string =>
  total === null ? formatBytes(used) : `${formatBytes(used)} of ${formatBytes(total)}`;

const ofWatts = (drawn: number | null, limit: number | null): string =>
  limit === null ? withUnit(drawn, "W") : `${formatCount(drawn)} of ${withUnit(limit, "W")}`;

export interface LatencyRow {
  readonly label: string;
  readonly cells: readonly string[];
}

export const LATENCY_HEADS = ["p50", "p90", "p99", "measured"] as const;

/** How long things took lately; rows without a measurement are dashes. */
export function latencyRows(worker: WorkerView): readonly LatencyRow[] {
  const rows = [
    ["First token", worker.time_to_first_token],
    ["Next token", worker.inter_token],
    ["Whole answer", worker.end_to_end],
  ] as const;
  return rows.map(([label, times]) => ({
    label,
    cells: [
      formatSeconds(times?.p50),
      formatSeconds(times?.p90),
      formatSeconds(times?.p99),
      formatCount(times?.count),
    ],
  }));
}
