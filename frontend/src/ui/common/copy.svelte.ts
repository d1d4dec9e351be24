/** Copying with a short sign that it worked. */

const SHOWN_MS = 1_600;

/** Whether the clipboard took the text. */
async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages over plain HTTP from another machine have no clipboard, only the old command.
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const field = document.createElement("textarea");
  field.value = text;
  const focused = document.activeElement;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}

export class Copier {
  isDone = $state(false);

  async copy(text: string): Promise<void> {
    this.isDone = await write(text);
    if (this.isDone) setTimeout(() => (this.isDone = false), SHOWN_MS);
  }
}
