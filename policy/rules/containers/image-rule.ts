import type { TProperties } from "typebox";
import { isPresent, listAt, textAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Pod } from "../../kit/pods.ts";
import type { Report, Rule, RuleText, Settings } from "../../kit/rule.ts";
import { ifKnown } from "../../kit/unknown.ts";
import { parseImage } from "./image-reference.ts";

interface ImageRule<Config extends TProperties> extends RuleText<Config> {
  /** Empty where none is named. */
  readonly check: (image: string, report: Report, config: Settings<Config>) => void;
}

function mounted({ spec }: Pod): (readonly [string, string])[] {
  return listAt(spec, "volumes")
    .filter((volume) => isPresent(volume, "image"))
    .map((volume) => [
      `volume "${textAt(volume, "name") ?? ""}" `,
      textAt(volume, "image", "reference") ?? "",
    ]);
}

/** What an operator makes pods of. Custom resources call other things images too: a reference has a tag or a registry. */
function operated({ spec, isPart }: Pod): (readonly [string, string])[] {
  if (!isPart) return [];
  const images = ["image", "imageName"].map((key) => ifKnown(() => textAt(spec, key)) ?? "");
  return images.flatMap((image) => {
    const { registry, tag, digest } = parseImage(image) ?? {};
    return (registry ?? tag ?? digest) === undefined ? [] : [["", image]];
  });
}

/** A rule about images: of containers, of volumes, and those that custom resources name. */
export function imageRule<Config extends TProperties>(rule: ImageRule<Config>): Rule {
  const { check, ...text } = rule;
  return containerRule<Config>({
    ...text,
    pod: {
      check: (pod, report, config) => {
        for (const [place, image] of [...mounted(pod), ...operated(pod)]) {
          const say = (problem: string) => {
            report(place + problem);
          };
          check(image, say, config);
        }
      },
    },
    check: ({ spec }, report, config) => {
      check(textAt(spec, "image") ?? "", report, config);
    },
  });
}
