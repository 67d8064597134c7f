import { formatMarkdown } from "../support/markdown.ts";
import { Type, type TSchema } from "typebox";
import { WorkerEnv } from "../../worker/env.ts";

const heading = "## Environment\n";

function textOf(leaf: TSchema, key: "default" | "description"): string {
  const value: unknown = Reflect.get(leaf, key);
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function rowOf([name, leaf]: readonly [string, TSchema]): string {
  const value = textOf(leaf, "default");
  const needed = Type.IsOptional(leaf) ? "" : "needed";
  const choices = Type.IsEnum(leaf) ? `; one of ${leaf.enum.join(", ")}` : "";
  return `| \`${name}\` | ${value === "" ? needed : `\`${value}\``} | ${textOf(leaf, "description")}${choices} |`;
}

/** The page with every variable of the worker's schema in place of what stood under the last heading. */
export function renderWorkerPage(page: string): Promise<string> {
  const kept = page.slice(0, page.indexOf(heading) + heading.length);
  const variables: [string, TSchema][] = Object.entries(WorkerEnv.properties);
  const table = ["| variable | default | what it is |", "| --- | --- | --- |"];
  const end = "This table is rendered from `worker/env.ts` by `npm run golden:update`; a test compares the two.";
  const text = [kept, [...table, ...variables.map(rowOf)].join("\n"), end].join("\n\n");
  return formatMarkdown(text);
}
