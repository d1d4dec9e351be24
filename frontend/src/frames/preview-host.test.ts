// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { HostMessage, ShellMessage } from "./messages";
import { PreviewHost } from "./preview-host";

const sent: HostMessage[] = [];
let tell: (message: ShellMessage) => void = () => {};

vi.mock("./preview-frame", () => ({
  PreviewFrame: class {
    readonly element = document.createElement("iframe");
    constructor(_origin: string, onMessage: (message: ShellMessage) => void) {
      tell = onMessage;
    }
    send(message: HostMessage): void {
      sent.push(message);
    }
    destroy(): void {
      this.element.remove();
    }
  },
}));

const nothing = (): void => {};
const EVENTS = {
  ...{ onLoaded: nothing, onError: nothing, onLink: nothing, onFrozen: nothing },
  ...{ onOutlined: nothing, onPointed: nothing, onChosen: nothing },
};

function drafts(): string[] {
  return sent.flatMap((message) => (message.type === "draft" ? [message.content] : []));
}

describe("drafts", () => {
  let host: PreviewHost;

  beforeEach(() => {
    vi.useFakeTimers();
    sent.length = 0;
    host = new PreviewHost(document.body, "http://frame.test", "light", EVENTS);
  });

  afterEach(() => {
    host.destroy();
    vi.useRealTimers();
  });

  it("wait until the one before is drawn, and then the newest is sent", () => {
    host.draft("html", "a");
    vi.advanceTimersByTime(1_000);
    for (const content of ["ab", "abc"]) host.draft("html", content);
    vi.advanceTimersByTime(1_000);
    expect(drafts()).toEqual(["a"]);
    tell({ type: "drawn" });
    vi.advanceTimersByTime(1_000);
    expect(drafts()).toEqual(["a", "abc"]);
  });

  it("go on in a new frame after a version was loaded, whatever the old one was drawing", () => {
    host.draft("html", "a");
    vi.advanceTimersByTime(1_000);
    host.load("html", "abc");
    tell({ type: "loaded" });
    host.draft("html", "x");
    vi.advanceTimersByTime(1_000);
    expect(drafts()).toEqual(["a", "x"]);
  });

  it("are not sent without news", () => {
    host.draft("html", "a");
    vi.advanceTimersByTime(1_000);
    tell({ type: "drawn" });
    vi.advanceTimersByTime(1_000);
    expect(drafts()).toEqual(["a"]);
  });
});
