import type { TProperties } from "typebox";
import { isPresent, listAt, textAt } from "../../kit/json.ts";
import { containerRule } from "../../kit/pod-rule.ts";
import type { Pod } from "../../kit/pods.ts";
import type { Report, Rule, RuleText, Settings } from "../../kit/rule.ts";

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

/** A rule about images: of containers and of volumes. */
export function imageRule<Config extends TProperties>(rule: ImageRule<Config>): Rule {
  const { check, ...text } = rule;
  return containerRule<Config>({
    ...text,
    pod: {
      check: (pod, report, config) => {
        for (const [place, image] of mounted(pod)) {
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
