/** What every made thing finds in its window before its first line runs. */

class MemoryStorage implements Storage {
  [name: string]: unknown;
  readonly #items = new Map<string, string>();

  get length(): number {
    return this.#items.size;
  }

  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#items.get(String(key)) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(String(key), String(value));
  }

  removeItem(key: string): void {
    this.#items.delete(String(key));
  }

  clear(): void {
    this.#items.clear();
  }
}

/** Lets `storage.score = 3` and `storage.score` work as they do in a browser. */
function withNamedItems(storage: MemoryStorage): Storage {
  const isOwn = (name: string | symbol): name is string =>
    typeof name === "string" && !(name in MemoryStorage.prototype);
  return new Proxy(storage, {
    get: (target, name) => {
      if (isOwn(name)) return target.getItem(name) ?? undefined;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
    set: (target, name, value) => {
      if (isOwn(name)) target.setItem(name, String(value));
      return true;
    },
    deleteProperty: (target, name) => {
      if (isOwn(name)) target.removeItem(name);
      return true;
    },
  }) as unknown as Storage;
}

/** An opaque origin has no storage, and many pages stop at the first touch of it: this one lives
 * as long as the frame. */
export function provideStorage(): void {
  for (const name of ["localStorage", "sessionStorage"]) {
    const value = withNamedItems(new MemoryStorage());
    Object.defineProperty(window, name, { value, configurable: true });
  }
}

/** Ways out that no header closes (WebRTC), or that only fail noisily. */
const REMOVED = [
  "RTCPeerConnection",
  "webkitRTCPeerConnection",
  "RTCDataChannel",
  "RTCIceTransport",
  "WebTransport",
];

export function removeConnections(): void {
  for (const name of REMOVED) Reflect.deleteProperty(window, name);
}

/** Calls `beat` every second for as long as scripts can run; made things cannot clear it. */
export function startBeating(beat: () => void): void {
  const timer = window.setInterval(beat, 1000);
  const clearInterval = window.clearInterval.bind(window);
  const clearTimeout = window.clearTimeout.bind(window);
  window.clearInterval = (id) => id !== timer && clearInterval(id);
  window.clearTimeout = (id) => id !== timer && clearTimeout(id);
}
