/** A browser's language that is one: uPlot formats with `navigator.language` as soon as it is
 * loaded, and a Chromium under LANG=C says `en-US@posix`, which no formatter takes. The page would
 * stay blank. To be imported before uPlot. */

/** The tag itself, or the part that is a tag, or English. */
export function validLanguage(tag: string): string {
  for (const candidate of [tag, tag.split("@", 1)[0] ?? ""]) {
    if (isTag(candidate)) return candidate;
  }
  return "en";
}

function isTag(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
}

if (typeof navigator !== "undefined" && validLanguage(navigator.language) !== navigator.language) {
  Object.defineProperty(navigator, "language", { value: validLanguage(navigator.language) });
}
