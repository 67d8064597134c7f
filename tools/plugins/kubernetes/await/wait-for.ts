import { at, parseJson, scalarText, type Json, type JsonObject } from "../../kit/json.ts";
import { annotation, annotations } from "../object.ts";
import { condition, ready, waiting, type Verdict } from "./verdict.ts";

/** Follows a simple JSONPath such as {.status.loadBalancer.ingress[0].ip}. */
function follow(object: Json, expression: string): Json | undefined {
  const inner = expression
    .trim()
    .replace(/^\{|\}$/g, "")
    .replace(/^\$?\./, "");
  const keys = [...inner.matchAll(/\[(\d+)\]|\['([^']+)'\]|([^.[\]]+)/g)];
  return at(
    object,
    ...keys.map(([, index, quoted, key]) =>
      index === undefined ? (quoted ?? key ?? "") : Number(index),
    ),
  );
}

function holds(object: JsonObject, expression: string): boolean {
  if (expression.startsWith("condition=")) {
    const [type = "", wanted = "True"] = expression.slice("condition=".length).split("=");
    return condition(object, type)?.status.toLowerCase() === wanted.toLowerCase();
  }
  const [path = "", ...rest] = expression.slice("jsonpath=".length).split("=");
  const found = follow(object, path);
  if (found === undefined) return false;
  return rest.length === 0 || scalarText(found) === rest.join("=").replace(/^['"]|['"]$/g, "");
}

function expressionsOf(text: string): string[] {
  const parsed = text.trim().startsWith("[") ? parseJson(text) : text;
  const expressions = (Array.isArray(parsed) ? parsed : [parsed]).map((entry) => scalarText(entry));
  const wrong = expressions.find((entry) => !/^(condition|jsonpath)=/.test(entry));
  if (wrong === undefined) return expressions;
  throw new Error(
    `annotation ${annotations.waitFor}: "${wrong}" must start with "condition=" or "jsonpath="`,
  );
}

/** What the annotation pulumi.com/waitFor asks to wait for, if the object has one. */
export function customWait(inputs: JsonObject): ((object: JsonObject) => Verdict) | undefined {
  const text = annotation(inputs, annotations.waitFor);
  if (text === undefined) return undefined;
  const expressions = expressionsOf(text);
  return (object) => {
    const open = expressions.filter((expression) => !holds(object, expression));
    return open.length === 0 ? ready : waiting(`not yet true: ${open.join(", ")}`);
  };
}
