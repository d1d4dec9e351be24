/** A page that is being written, in its deck's look: the server makes a page's document only once
 * the page is stored. Pure. */
import type { Theme } from "../protocol/resources";
import { SLIDE_HEIGHT, SLIDE_WIDTH } from "./fit";

/** Nothing of a theme may end a rule or the style element. */
const plain = (value: string | number): string => String(value).replace(/[<>{};]/g, "");

function themeRules({ colors, fonts, radius }: Theme): string {
  const properties = {
    ...colors,
    "heading-font": fonts.heading,
    "body-font": fonts.body,
    radius: `${radius}px`,
  };
  const lines = Object.entries(properties).map(([name, value]) => `--${plain(name)}:${plain(value)}`);
  return `:root{${lines.join(";")}}`;
}

const LOOK =
  ":where(body){background:var(--background);color:var(--text);font-family:var(--body-font)}" +
  ":where(h1,h2,h3,h4){font-family:var(--heading-font)}";
const SIZE = `html,body{width:${SLIDE_WIDTH}px;height:${SLIDE_HEIGHT}px;margin:0;overflow:hidden}`;

/** The document of a draft. */
export function slideDraft(content: string, theme: Theme | undefined): string {
  return `<style>${SIZE}${theme ? themeRules(theme) + LOOK : ""}</style>${content}`;
}
