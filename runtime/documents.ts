import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Static, TSchema } from "typebox";
import type { TLocalizedValidationError } from "typebox/error";
import { Value } from "typebox/value";
import { parseDocument } from "yaml";

/** What documents of one kind have to be. */
export interface DocumentKind<Schema extends TSchema> {
  readonly schema: Schema;
  /** The name that a document states. */
  readonly nameOf: (value: Static<Schema>) => string;
  /** What the schema cannot express, by JSON pointers; asked for values that fit the schema. */
  readonly further: (value: Static<Schema>) => readonly { path: string; message: string }[];
}

/** Everything that is wrong with the documents of a kind. */
export class DocumentError extends Error {
  constructor(what: string, problems: readonly string[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${count} in ${what}:\n${problems.map((line) => `  ${line}`).join("\n")}`);
    this.name = "DocumentError";
  }
}

/** `/video/ladder/0/height` as people write it: `video.ladder[0].height`. */
function fieldOf(pointer: string): string {
  return pointer
    .slice(1)
    .split("/")
    .map((name) => (/^\d+$/.test(name) ? `[${name}]` : `.${name}`))
    .join("")
    .replace(/^\./, "");
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** The library's error, a line for each field that it concerns. */
function linesOf(error: TLocalizedValidationError, value: unknown): string[] {
  const { keyword, params, instancePath, message } = error;
  const at = (name: string): string => fieldOf(`${instancePath}/${name}`);
  if (keyword === "required")
    return params.requiredProperties.map((name) => `${at(name)} is missing`);
  if (keyword === "additionalProperties") {
    return params.additionalProperties.map((name) => `${at(name)} is not known`);
  }
  const field = instancePath === "" ? "the document" : fieldOf(instancePath);
  const expected =
    keyword === "enum" ? `must be one of ${params.allowedValues.join(", ")}` : message;
  const found = instancePath === "" ? value : Value.Pointer.Get(value, instancePath);
  return [`${field} ${expected}, but is ${shown(found)}`];
}

/** What is wrong with a document, a line for each problem; none where it fits. */
export function documentProblems<Schema extends TSchema>(
  value: unknown,
  { schema, further }: Pick<DocumentKind<Schema>, "schema" | "further">,
): string[] {
  if (!Value.Check(schema, value)) {
    return Value.Errors(schema, value)
      .filter(({ keyword }) => keyword !== "boolean")
      .flatMap((error) => linesOf(error, value));
  }
  return further(value).map(({ path, message }) => `${fieldOf(path)} ${message}`);
}

interface Read<Value> {
  readonly problems: readonly string[];
  readonly values: readonly Value[];
}

function readOne<Schema extends TSchema>(
  path: string,
  kind: DocumentKind<Schema>,
): Read<Static<Schema>> {
  const document = parseDocument(readFileSync(path, "utf8"));
  // Below the first line the library shows the line of the file.
  const broken = document.errors.map(({ message }) => message.replace(/:?\n[^]*$/, ""));
  if (broken.length > 0) return { problems: broken, values: [] };
  const value: unknown = document.toJS();
  const problems = documentProblems(value, kind);
  if (!Value.Check(kind.schema, value)) return { problems, values: [] };
  const [stated, named] = [kind.nameOf(value), basename(path, ".yaml")];
  const misnamed =
    stated === named ? [] : [`name must be "${named}" as the file's, but is "${stated}"`];
  return { problems: [...problems, ...misnamed], values: [value] };
}

/**
 * The YAML files of a folder, by their names without `.yaml`, which are the `name` in each of them.
 *
 * @throws DocumentError with every problem of every file at once
 */
export function readDocuments<Schema extends TSchema>(
  folder: string,
  kind: DocumentKind<Schema>,
): ReadonlyMap<string, Static<Schema>> {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .toSorted();
  const read = files.map((file) => ({ file, ...readOne(join(folder, file), kind) }));
  const problems = read.flatMap(({ file, problems: found }) =>
    found.map((line) => `${basename(folder)}/${file}: ${line}`),
  );
  if (files.length === 0) problems.push(`${folder} has no file that ends in .yaml`);
  if (problems.length > 0) throw new DocumentError(basename(folder), problems);
  const values = read.flatMap((one) => one.values);
  return new Map(values.map((value) => [kind.nameOf(value), value]));
}
