import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { genSaltSync, hashSync } from "bcryptjs";
import { at, listAt, numberAt, textAt, type Json, type JsonObject } from "../kit/json.ts";
import { randomString, shuffled, stringProblems, type StringSpec } from "./generate.ts";

/** Generated state: the id and the outputs that are not inputs. */
export interface Generated {
  id: string;
  outputs: JsonObject;
}

/** One resource type: its defaults, its rules and how its values come to be. Inputs are plain. */
export interface Kind {
  defaults: JsonObject;
  /** Outputs that are generated, hence unknown in a preview. */
  generated: readonly string[];
  /** Outputs that must never show. */
  secret: readonly string[];
  problems(inputs: JsonObject): string[];
  generate(inputs: JsonObject): Generated;
}

/** Cost of the bcrypt hash that comes with a password; the official plugin's figure. */
const bcryptCost = 10;

/** In the 2a form, as the official plugin writes it; 2b differs for passwords of more than 255 bytes alone. */
function bcryptHash(text: string): string {
  return hashSync(text, genSaltSync(bcryptCost).replace("$2b$", "$2a$"));
}

const stringDefaults: JsonObject = {
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

function flag(inputs: JsonObject, name: string): boolean {
  return at(inputs, name) !== false;
}

function stringSpec(inputs: JsonObject): StringSpec {
  return {
    length: numberAt(inputs, "length") ?? 0,
    lower: flag(inputs, "lower"),
    upper: flag(inputs, "upper"),
    numeric: flag(inputs, "numeric") && flag(inputs, "number"),
    special: flag(inputs, "special"),
    minLower: numberAt(inputs, "minLower") ?? 0,
    minUpper: numberAt(inputs, "minUpper") ?? 0,
    minNumeric: numberAt(inputs, "minNumeric") ?? 0,
    minSpecial: numberAt(inputs, "minSpecial") ?? 0,
    overrideSpecial: textAt(inputs, "overrideSpecial") ?? "",
  };
}

function positive(inputs: JsonObject, name: string): string[] {
  const value = numberAt(inputs, name);
  if (value !== undefined && Number.isInteger(value) && value >= 1) return [];
  return [
    `${name} must be a whole number of at least 1, got ${JSON.stringify(at(inputs, name) ?? null)}`,
  ];
}

/** The official plugin seeds Go's generator, whose sequence only Go has. */
function noSeed(inputs: JsonObject): string[] {
  return (textAt(inputs, "seed") ?? "") === ""
    ? []
    : ["seed is only supported by the official plugin random; leave it out or install that plugin"];
}

function identifier(inputs: JsonObject): Generated {
  const bytes = randomBytes(numberAt(inputs, "byteLength") ?? 1);
  const prefix = textAt(inputs, "prefix") ?? "";
  const b64Url = bytes.toString("base64url");
  const hex = bytes.toString("hex");
  return {
    id: b64Url,
    outputs: {
      b64Url: prefix + b64Url,
      b64Std: prefix + bytes.toString("base64"),
      hex: prefix + hex,
      dec: prefix + BigInt(`0x${hex}`).toString(),
    },
  };
}

function integerProblems(inputs: JsonObject): string[] {
  const [min, max] = [numberAt(inputs, "min"), numberAt(inputs, "max")];
  if (!Number.isInteger(min) || !Number.isInteger(max))
    return ["min and max must be whole numbers"];
  const range =
    (min ?? 0) <= (max ?? 0) ? [] : [`min (${min ?? 0}) must not exceed max (${max ?? 0})`];
  return [...range, ...noSeed(inputs)];
}

/** A version 7 UUID: 48 bits of Unix time in milliseconds, then random bits (RFC 9562). */
function uuid7(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  const random = randomUUID();
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

function uuidKind(make: () => string): Kind {
  return {
    defaults: {},
    generated: ["result"],
    secret: [],
    problems: () => [],
    generate: () => {
      const result = make();
      return { id: result, outputs: { result } };
    },
  };
}

const password: Kind = {
  defaults: stringDefaults,
  generated: ["result", "bcryptHash"],
  secret: ["result", "bcryptHash"],
  problems: (inputs) => stringProblems(stringSpec(inputs)),
  generate: (inputs) => {
    const result = randomString(stringSpec(inputs));
    return { id: "none", outputs: { result, bcryptHash: bcryptHash(result) } };
  },
};

const string: Kind = {
  defaults: stringDefaults,
  generated: ["result"],
  secret: [],
  problems: (inputs) => stringProblems(stringSpec(inputs)),
  generate: (inputs) => {
    const result = randomString(stringSpec(inputs));
    return { id: result, outputs: { result } };
  },
};

const id: Kind = {
  defaults: {},
  generated: ["b64Url", "b64Std", "hex", "dec"],
  secret: [],
  problems: (inputs) => positive(inputs, "byteLength"),
  generate: identifier,
};

const bytes: Kind = {
  defaults: {},
  generated: ["base64", "hex"],
  secret: ["base64", "hex"],
  problems: (inputs) => positive(inputs, "length"),
  generate: (inputs) => {
    const value = randomBytes(numberAt(inputs, "length") ?? 1);
    return {
      id: "none",
      outputs: { base64: value.toString("base64"), hex: value.toString("hex") },
    };
  },
};

const integer: Kind = {
  defaults: {},
  generated: ["result"],
  secret: [],
  problems: integerProblems,
  generate: (inputs) => {
    const result = randomInt(numberAt(inputs, "min") ?? 0, (numberAt(inputs, "max") ?? 0) + 1);
    return { id: result.toString(), outputs: { result } };
  },
};

const shuffle: Kind = {
  defaults: {},
  generated: ["results"],
  secret: [],
  problems: noSeed,
  generate: (inputs) => {
    const items: Json[] = listAt(inputs, "inputs");
    const count = numberAt(inputs, "resultCount") ?? items.length;
    const rounds = items.length === 0 ? 0 : Math.ceil(count / items.length);
    const results = Array.from({ length: rounds }, () => shuffled(items)).flat();
    return { id: "-", outputs: { results: results.slice(0, count) } };
  },
};

/** All resource types served here, by type token. RandomPet needs word lists that only the official plugin has. */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ["random:index/randomPassword:RandomPassword", password],
  ["random:index/randomString:RandomString", string],
  ["random:index/randomId:RandomId", id],
  ["random:index/randomBytes:RandomBytes", bytes],
  ["random:index/randomInteger:RandomInteger", integer],
  ["random:index/randomShuffle:RandomShuffle", shuffle],
  ["random:index/randomUuid:RandomUuid", uuidKind(() => randomUUID())],
  ["random:index/randomUuid4:RandomUuid4", uuidKind(() => randomUUID())],
  ["random:index/randomUuid7:RandomUuid7", uuidKind(uuid7)],
]);
