// @vitest-environment jsdom
import { SvelteMap } from "svelte/reactivity";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ArtifactPart } from "../protocol/events.gen";
import type { Artifact } from "../protocol/resources";
import type { ConversationState } from "./conversation.svelte";
import { ArtifactPanel } from "./panel.svelte";
import { PanelActions } from "./panel-actions.svelte";
import { Toasts } from "./toasts.svelte";

const part = (wish: Partial<ArtifactPart>): ArtifactPart => ({
  kind: "artifact",
  artifact: "a",
  artifact_kind: "html",
  title: "Bees",
  version: null,
  content: "",
  action: "create",
  page: null,
  size: "",
  summary: "",
  check: null,
  ...wish,
});

/** Stands for a conversation with one answer that runs and one artifact with two versions. */
class FakeConversation {
  id = "c";
  running: object | null = { view: { turn: "t", phase: "making", parts: [] } };
  parts = new SvelteMap<string, readonly ArtifactPart[]>();
  artifacts = new SvelteMap<string, Artifact>();
  stored: number[] = [];
  path = ["m1", "m2", "m3"].map((id) => ({ message: { id } }));

  constructor() {
    const summary = { title: "Bees", author: "model", created_at: "" } as const;
    const versions = [1, 2].map((number) => ({ ...summary, number, message: `m${number}` }));
    this.artifacts.set("a", { id: "a", kind: "html", title: "Bees", versions });
  }

  partsOf(message: string): readonly ArtifactPart[] {
    return this.parts.get(message) ?? [];
  }

  findMessageOf(): string {
    return "m3";
  }

  noteStored(_artifact: string, number: number): void {
    this.stored.push(number);
  }
}

const version = (number: number): Response =>
  new Response(
    JSON.stringify({
      id: "a",
      kind: "html",
      title: "Bees",
      number,
      parent: null,
      author: "model",
      attributes: {},
      content: `version ${number}`,
      document: null,
      pages: [],
      check: null,
    }),
  );

describe("the panel", () => {
  let conversation: FakeConversation;
  let panel: ArtifactPanel;
  const fetched = vi.fn<(path: string) => Promise<Response>>();

  beforeEach(() => {
    vi.stubGlobal("fetch", fetched);
    fetched.mockReset();
    fetched.mockImplementation(async (path) => version(Number(path.split("/").at(-1))));
    sessionStorage.clear();
    conversation = new FakeConversation();
    panel = new ArtifactPanel();
    panel.attach(conversation as unknown as ConversationState);
  });

  it("shows a draft that grows in the place of a version", () => {
    conversation.parts.set("m3", [part({ content: "<h1>", action: "rewrite" })]);
    panel.follow("a", "m3");
    expect(panel.exhibit).toMatchObject({ version: null, content: "<h1>", isWriting: true });
    expect(panel.wanted).toBeNull();
  });

  it("shows a new poster in the size that its call names", () => {
    const poster = { artifact: "p", artifact_kind: "poster", content: "<h1>" } as const;
    conversation.parts.set("m3", [part({ ...poster, size: "A3 landscape" })]);
    panel.follow("p", "m3");
    expect(panel.exhibit?.attributes).toEqual({ size: "A3 landscape" });
    conversation.parts.set("m3", [part(poster)]);
    expect(panel.exhibit?.attributes).toEqual({});
  });

  it("keeps the version while it is edited, and says what is being done", async () => {
    conversation.parts.set("m3", [part({ action: "edit" })]);
    panel.follow("a", "m3");
    await panel.load();
    expect(panel.exhibit).toMatchObject({ version: 2, content: "version 2" });
    expect(panel.doing).toBe("Editing…");
    conversation.parts.set("m3", [part({ action: "edit", version: 2 })]);
    expect(panel.doing).toBeNull();
  });

  it("tells the check of the version that shows, as soon as an answer tells it", async () => {
    panel.open("a");
    await panel.load();
    expect(panel.check).toBeNull();
    const check = { state: "warned", errors: 0, warnings: 2, text: "" } as const;
    conversation.parts.set("m2", [part({ version: 2, check })]);
    expect(panel.check).toEqual(check);
    panel.choose(1);
    expect(panel.check).toBeNull();
  });

  it("takes the versions of the branch that shows", () => {
    conversation.path = [{ message: { id: "m1" } }];
    panel.open("a");
    expect(panel.versions.map((version) => version.number)).toEqual([1]);
    conversation.path = [];
    panel = new ArtifactPanel();
    panel.attach(conversation as unknown as ConversationState);
    panel.open("a");
    expect(panel.newest).toBe(2);
  });

  it("asks before changes are lost, and goes on when they are given up", () => {
    panel.open("a");
    panel.edits.note("a", 2, "version 2", "mine");
    panel.choose(1);
    expect(panel.wanted).toBe(2);
    panel.edits.discard("a");
    panel.leaving?.();
    expect(panel.wanted).toBe(1);
  });

  it("is not turned away from changes by something else that is being made", () => {
    panel.open("a");
    panel.edits.note("a", 2, "version 2", "mine");
    panel.follow("b", "m3");
    expect(panel.artifact).toBe("a");
  });

  it("restores a version as a new one, and can take that back", async () => {
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ number: 3 })));
    const toasts = new Toasts();
    const actions = new PanelActions(panel, toasts);
    panel.open("a", 2);
    actions.undo();
    await vi.waitFor(() => expect(conversation.stored).toEqual([3]));
    expect(fetched.mock.calls.map(([path]) => path)).toEqual([
      "/api/artifacts/a/restore",
      "/api/artifacts/a/versions/3",
      "/api/artifacts/a/versions/3/checks",
    ]);
    await vi.waitFor(() => expect(toasts.list.at(-1)?.text).toBe("Undone: version 1 is back."));
    expect(toasts.list.at(-1)?.action?.label).toBe("Undo");
  });

  it("shows both sides of a conflict, and saves mine over theirs", async () => {
    const actions = new PanelActions(panel, new Toasts());
    Object.assign(conversation, { refresh: () => Promise.resolve() });
    panel.open("a");
    panel.edits.note("a", 1, "version 1", "mine");
    const refused = { error: { code: "edit_conflict", message: "Changed." } };
    fetched.mockResolvedValueOnce(new Response(JSON.stringify(refused), { status: 409 }));
    expect(await actions.save()).toBe(false);
    expect(actions.conflict).toMatchObject({ mine: "mine", theirs: "version 2", newest: 2 });
    fetched.mockResolvedValueOnce(new Response(JSON.stringify({ number: 3 })));
    expect(await actions.save(true)).toBe(true);
    expect(actions.conflict).toBeNull();
    expect(conversation.stored).toEqual([3]);
  });
});
