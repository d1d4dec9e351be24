import type { Component } from "svelte";

/** One line of a menu. */
export interface MenuItem {
  readonly label: string;
  readonly detail?: string;
  readonly icon?: Component<{ size?: number }>;
  /** Set for a choice among several: whether this one is in force. */
  readonly isChecked?: boolean;
  readonly isDangerous?: boolean;
  readonly run: () => void;
}

const GAP_PX = 6;
const EDGE_PX = 8;

/** Puts a menu beside its button, inside the window, over or under it as there is room. */
export function placeBeside(menu: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = anchor.bottom + GAP_PX;
  const fitsBelow = below + height <= innerHeight - EDGE_PX;
  const top = fitsBelow ? below : Math.max(EDGE_PX, anchor.top - GAP_PX - height);
  const left = Math.min(anchor.left, innerWidth - EDGE_PX - width);
  menu.style.top = `${top}px`;
  menu.style.left = `${Math.max(EDGE_PX, left)}px`;
}
