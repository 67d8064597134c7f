import { Type, type Static } from "typebox";
import { matches } from "./pattern.ts";
import type { Subject } from "./subject.ts";

const Exemption = Type.Object(
  {
    namespace: Type.Optional(
      Type.String({
        description: "Namespace of the object; any if absent. `*` stands for any text.",
      }),
    ),
    name: Type.String({
      minLength: 1,
      description:
        "Its metadata.name, or of a cloud resource the name in Pulumi. `*` stands for any text.",
    }),
    container: Type.Optional(
      Type.String({ description: "One container of it; all if absent. `*` stands for any text." }),
    ),
    reason: Type.String({
      minLength: 10,
      description: "Why this is right here: for whoever reads it in a year.",
    }),
  },
  { additionalProperties: false },
);
export type Exemption = Static<typeof Exemption>;

export const Exemptions = Type.Array(Exemption, {
  default: [],
  description: "What the rule leaves alone, with the reason.",
});

function fits(pattern: string | undefined, text: string | undefined): boolean {
  return pattern === undefined || matches(pattern, text ?? "");
}

export function isExempt(
  exemptions: readonly Exemption[],
  subject: Subject,
  container?: string,
): boolean {
  return exemptions.some(
    (exemption) =>
      fits(exemption.namespace, subject.namespace) &&
      fits(exemption.name, subject.name) &&
      (exemption.container === undefined ||
        (container !== undefined && fits(exemption.container, container))),
  );
}
