/** Short notes at the edge of the page, with at most one thing to do. */

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action: { readonly label: string; readonly run: () => void } | null;
}

const SHOWN_MS = 7_000;

export class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #nextId = 1;

  show(text: string, action: Toast["action"] = null): void {
    const toast = { id: this.#nextId++, text, action };
    this.list = [...this.list.slice(-2), toast];
    setTimeout(() => this.dismiss(toast.id), SHOWN_MS);
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }
}
