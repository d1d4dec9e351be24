// @vitest-environment jsdom
import { describe, expect, it, vi } from "vitest";
import type { TurnAccepted } from "../protocol/wire";
import type { TurnSocket } from "../transport/socket";
import type { Preferences } from "./preferences.svelte";

vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined }));
const { ConversationState } = await import("./conversation.svelte");

const ACCEPTED: TurnAccepted = {
  type: "turn.accepted",
  request: "r",
  turn: "t",
  conversation: "c",
  user_message: "u",
  assistant_message: "a",
};

describe("what is drawn of a message", () => {
  it("is drawn once when it is sent, and once when it is accepted", async () => {
    const socket = { start: () => Promise.resolve(ACCEPTED), subscribe: () => undefined };
    const conversation = new ConversationState(
      null,
      socket as unknown as TurnSocket,
      { thinking: true } as Preferences,
      {
        model: () => null,
        onCreated: () => undefined,
        onWords: () => undefined,
        onArtifactEvent: () => undefined,
        onRefused: () => undefined,
        onStorageFull: () => undefined,
      },
    );
    const drawn: string[] = [];
    const end = $effect.root(() => {
      $effect(() => {
        const { isStarting, pending, running } = conversation;
        const said = [isStarting && "starting", pending && "pending", running && "running"];
        drawn.push(said.filter(Boolean).join(" "));
      });
    });
    await Promise.resolve();
    await conversation.send("Hello");
    await new Promise((resolve) => setTimeout(resolve));
    end();
    expect(drawn).toEqual(["", "starting pending", "running"]);
  });
});
