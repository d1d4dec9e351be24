/** The whole report of a version's check, fetched when somebody wants to read it. */
import type { CheckReport } from "../protocol/resources";
import * as http from "../transport/http";

interface Fetched {
  readonly key: string;
  readonly report: CheckReport | null;
  readonly error: string | null;
}

export class CheckReports {
  #fetched = $state.raw<Fetched | null>(null);

  /** The report of a version as far as it was fetched. */
  find(artifact: string | null, version: number | null): CheckReport | null {
    const { key, report } = this.#fetched ?? {};
    return key === `${artifact} ${version}` ? (report ?? null) : null;
  }

  /** Why the report of a version could not be fetched, as a sentence. */
  errorOf(artifact: string | null, version: number | null): string | null {
    const { key, error } = this.#fetched ?? {};
    return key === `${artifact} ${version}` ? (error ?? null) : null;
  }

  async load(artifact: string | null, version: number | null): Promise<CheckReport | null> {
    if (artifact === null || version === null) return null;
    const key = `${artifact} ${version}`;
    try {
      const report = await http.getCheckReport(artifact, version);
      this.#fetched = { key, report, error: null };
      return report;
    } catch (error) {
      if (!(error instanceof http.HttpError)) throw error;
      this.#fetched = { key, report: null, error: error.message };
      return null;
    }
  }
}
