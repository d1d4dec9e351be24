/** The elements that the next message is about. */
import { type Reference, withReferences } from "../domain/pointing";

const MOST = 5;

export class References {
  list = $state.raw<readonly Reference[]>([]);

  /** Adds an element; the same one once, and the latest few only. */
  add(reference: Reference): void {
    this.list = [...this.list.filter((one) => !isSame(one, reference)), reference].slice(-MOST);
  }

  remove(reference: Reference): void {
    this.list = this.list.filter((one) => one !== reference);
  }

  clear(): void {
    if (this.list.length > 0) this.list = [];
  }

  /** The message as it is sent: with a quoted line for each element. */
  apply(text: string): string {
    return withReferences(text, this.list);
  }
}

function isSame(a: Reference, b: Reference): boolean {
  return (
    a.artifact === b.artifact &&
    a.version === b.version &&
    a.element.selector === b.element.selector
  );
}
