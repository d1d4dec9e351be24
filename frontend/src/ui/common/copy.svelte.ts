/** Copying with a short sign that it worked. */

const SHOWN_MS = 1_600;

export class Copier {
  isDone = $state(false);

  async copy(text: string): Promise<void> {
    await navigator.clipboard.writeText(text);
    this.isDone = true;
    setTimeout(() => (this.isDone = false), SHOWN_MS);
  }
}
