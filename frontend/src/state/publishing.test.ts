// @vitest-environment jsdom
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Publishing } from "./publishing.svelte";

const LINK = { slug: "s", url: "http://x/p/s", visibility: "link", version: 2 };

describe("publishing", () => {
  let asked: string[];
  let answers: Response[];
  const json = (body: unknown, status = 200): Response =>
    new Response(status === 204 ? null : JSON.stringify(body), { status });
  const missing = (): Response => json({ error: { code: "not_found", message: "No." } }, 404);

  beforeEach(() => {
    asked = [];
    vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
      asked.push(`${init.method} ${path} ${String(init.body ?? "")}`.trim());
      return Promise.resolve(answers.shift() ?? missing());
    });
  });

  async function loaded(first: Response): Promise<Publishing> {
    answers = [first];
    const publishing = new Publishing("a");
    await publishing.load();
    return publishing;
  }

  it("takes an artifact that is not published for private", async () => {
    const publishing = await loaded(json({ publication: null }));
    expect(publishing).toMatchObject({ publication: null, isReady: true, problem: null });
  });

  it("publishes the version that shows", async () => {
    const publishing = await loaded(json({ publication: null }));
    answers = [json(LINK)];
    await publishing.share(2, "link");
    expect(asked[1]).toBe('POST /api/artifacts/a/versions/2/publication {"visibility":"link"}');
    expect(publishing.publication).toEqual(LINK);
  });

  it("changes who sees the same version, and publishes another one", async () => {
    const publishing = await loaded(json({ publication: LINK }));
    answers = [json({ ...LINK, visibility: "public" }), json({ ...LINK, version: 5 })];
    await publishing.share(2, "public");
    await publishing.share(5, "public");
    expect(asked.slice(1)).toEqual([
      'PATCH /api/publications/s {"visibility":"public"}',
      'POST /api/artifacts/a/versions/5/publication {"visibility":"public"}',
    ]);
  });

  it("unpublishes, and says so only when the server has done it", async () => {
    const publishing = await loaded(json({ publication: LINK }));
    const message = "The server is busy; try again.";
    answers = [json({ error: { code: "service_unavailable", message } }, 503)];
    await publishing.share(2, "private");
    expect(publishing).toMatchObject({ publication: LINK, problem: message });
    answers = [json(null, 204)];
    await publishing.share(2, "private");
    expect(publishing).toMatchObject({ publication: null, problem: null, isBusy: false });
    expect(asked.at(-1)).toBe("DELETE /api/publications/s");
  });
});
