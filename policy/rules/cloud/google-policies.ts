import { listAt, textAt, textsAt } from "../../kit/json.ts";

/** Policies of Google: who has which role, as JSON in a text. */

interface Grant {
  readonly role: string;
  readonly members: readonly string[];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Google refuses it.
  }
}

/** What a policy grants; nothing where it is none. */
export function grantsOf(data: unknown): Grant[] {
  const policy = typeof data === "string" ? parsed(data) : data;
  return listAt(policy, "bindings").map((binding) => ({
    role: textAt(binding, "role") ?? "",
    members: textsAt(binding, "members"),
  }));
}
