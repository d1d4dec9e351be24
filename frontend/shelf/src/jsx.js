/** Runs `<script type="text/babel">` and `text/jsx` in the page, as Babel's browser build does,
 * with a small translator. What is written as a module stays one. */
import { transform } from "sucrase";

const TYPES = 'script[type="text/babel"], script[type="text/jsx"], script[type="text/tsx"]';
const options = { transforms: ["jsx", "typescript"], production: true, preserveDynamicImport: true };

const translate = (code) => transform(code, options).code;

function run(script) {
  const translated = document.createElement("script");
  const code = translate(script.textContent);
  if (script.dataset.type === "module" || /^\s*(?:import|export)\b/m.test(code)) {
    translated.type = "module";
  }
  translated.textContent = code;
  script.after(translated);
}

globalThis.Babel = { transform: (code) => ({ code: translate(code) }) };

addEventListener("DOMContentLoaded", () => {
  for (const script of document.querySelectorAll(TYPES)) run(script);
});
