/** What a person chose for this browser: looks, model, thinking, side bar. */
import { remembered } from "./storage";

export type ThemeChoice = "system" | "light" | "dark";

const THEMES: readonly ThemeChoice[] = ["system", "light", "dark"];

function storedTheme(): ThemeChoice {
  const stored = remembered.get("theme");
  return THEMES.find((theme) => theme === stored) ?? "system";
}

export class Preferences {
  #theme = $state<ThemeChoice>(storedTheme());
  #thinking = $state(remembered.get("thinking") !== "off");
  #model = $state<string | null>(remembered.get("model"));
  #sidebar = $state(remembered.get("sidebar") !== "closed");
  #panelShare = $state(Number(remembered.get("panel-share") ?? "0.5") || 0.5);
  #systemIsDark = $state(false);

  constructor() {
    const query = matchMedia("(prefers-color-scheme: dark)");
    this.#systemIsDark = query.matches;
    query.addEventListener("change", () => (this.#systemIsDark = query.matches));
  }

  get theme(): ThemeChoice {
    return this.#theme;
  }

  /** The scheme that is in force. */
  get scheme(): "light" | "dark" {
    if (this.#theme !== "system") return this.#theme;
    return this.#systemIsDark ? "dark" : "light";
  }

  get thinking(): boolean {
    return this.#thinking;
  }

  set thinking(value: boolean) {
    this.#thinking = value;
    remembered.set("thinking", value ? "on" : "off");
  }

  get model(): string | null {
    return this.#model;
  }

  set model(value: string | null) {
    this.#model = value;
    remembered.set("model", value);
  }

  get isSidebarOpen(): boolean {
    return this.#sidebar;
  }

  set isSidebarOpen(value: boolean) {
    this.#sidebar = value;
    remembered.set("sidebar", value ? "open" : "closed");
  }

  /** Share of the width beside the side bar that the artifact panel takes. */
  get panelShare(): number {
    return this.#panelShare;
  }

  set panelShare(value: number) {
    this.#panelShare = Math.min(0.75, Math.max(0.25, value));
    remembered.set("panel-share", this.#panelShare.toFixed(3));
  }

  chooseTheme(theme: ThemeChoice): void {
    this.#theme = theme;
    remembered.set("theme", theme);
    this.applyTheme();
  }

  /** Turns to the scheme that is not in force now. */
  toggleTheme(): void {
    this.chooseTheme(this.scheme === "dark" ? "light" : "dark");
  }

  applyTheme(): void {
    if (this.#theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#theme;
  }
}
