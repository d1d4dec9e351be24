// Writes src/protocol/*.gen.ts from the JSON schemas of the wire.
//
//   npm run types                 asks the modules in SCHEMAS and writes their files
//   … generate-types.mjs --stdin  reads the schema from stdin and prints the types
//
// Knows the part of JSON schema that pydantic models of the wire use, and fails on anything else.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const protocol = fileURLToPath(new URL("../src/protocol", import.meta.url));

/** The file that each module's schema becomes. */
const SCHEMAS = {
  "webapp.core.event_schema": "events.gen.ts",
  "webapp.workers.wire_schema": "workers.gen.ts",
};

const header = (schema) =>
  `// Generated from ${schema.$comment} by \`npm run types\`. Do not edit: change the models.\n`;

function comment(text, indent = "") {
  if (!text) return "";
  const lines = text.replaceAll("``", "`").split("\n").map((line) => line.trim());
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

const PRIMITIVES = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

function expression(schema) {
  if (schema.$ref) return schema.$ref.slice("#/$defs/".length);
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map(expression).join(" | ");
  if (schema.type === "array") return `readonly (${expression(schema.items)})[]`;
  if (schema.additionalProperties) {
    return `Readonly<Record<string, ${expression(schema.additionalProperties)}>>`;
  }
  if (PRIMITIVES[schema.type]) return PRIMITIVES[schema.type];
  throw new Error(`No type for ${JSON.stringify(schema)}`);
}

function definition(name, schema) {
  const head = comment(schema.description);
  if (schema.type !== "object") return `${head}export type ${name} =${alternatives(schema)};\n`;
  const fields = Object.entries(schema.properties)
    .sort(([a], [b]) => Number(b === "type" || b === "kind") - Number(a === "type" || a === "kind"))
    .map(([key, value]) => `  readonly ${key}: ${expression(value)};\n`);
  return `${head}export interface ${name} {\n${fields.join("")}}\n`;
}

function alternatives(schema) {
  const members = expression(schema).split(" | ");
  return members.length < 4 ? ` ${members.join(" | ")}` : members.map((one) => `\n  | ${one}`).join("");
}

/** Returns the TypeScript text for a schema as one of SCHEMAS prints it. */
function generate(schema) {
  const names = Object.keys(schema.$defs).sort();
  const parts = names.map((name) => definition(name, schema.$defs[name]));
  if (schema.oneOf) {
    const root = `export type ${schema.title} =${alternatives({ oneOf: schema.oneOf })};\n`;
    parts.push(comment("Every event a turn may show its owner.") + root);
  }
  return [header(schema), ...parts].join("\n");
}

if (process.argv.includes("--stdin")) {
  process.stdout.write(generate(JSON.parse(readFileSync(0, "utf8"))));
} else {
  const local = `${root}/.venv/bin/python`;
  const python = process.env.PYTHON ?? (existsSync(local) ? local : "python3");
  for (const [module, file] of Object.entries(SCHEMAS)) {
    const schema = execFileSync(python, ["-m", module], { cwd: root });
    writeFileSync(`${protocol}/${file}`, generate(JSON.parse(schema.toString("utf8"))));
  }
}
