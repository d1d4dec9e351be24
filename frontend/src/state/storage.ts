/** Small things the browser remembers. Storage may be full, blocked or absent: then nothing is
 * remembered, and nothing breaks. */

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(`atelier:${key}`);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null || value === "") storage().removeItem(`atelier:${key}`);
    else storage().setItem(`atelier:${key}`, value);
  } catch {
    // Not remembered.
  }
}

const lasting = (): Storage => localStorage;
const tab = (): Storage => sessionStorage;

/** Remembered in this browser. */
export const remembered = {
  get: (key: string): string | null => read(lasting, key),
  set: (key: string, value: string | null): void => write(lasting, key, value),
};

/** Remembered in this tab. */
export const tabMemory = {
  get: (key: string): string | null => read(tab, key),
  set: (key: string, value: string | null): void => write(tab, key, value),
};
