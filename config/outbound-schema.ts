import { Type } from "typebox";

/** What differs between those that connect where a client says. */
interface OutboundWords {
  readonly schemes: string;
  /** Begins the description of the ports, as "Ports that URLs may have". */
  readonly ports: string;
  /** Whom the policy pack lets out. */
  readonly who: string;
  /** Who reaches the private ranges, and what to name. */
  readonly ranges: string;
}

/** Where to connect when a client names the place: runtime/outbound-url.ts checks each connection by it. */
export function outbound({ schemes, ports, who, ranges }: OutboundWords) {
  return {
    schemes: Type.Array(Type.Enum(["https", "http"], { description: "A scheme of URLs" }), {
      minItems: 1,
      uniqueItems: true,
      default: ["https"],
      description: schemes,
    }),
    ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535, description: "A port" }), {
      minItems: 1,
      maxItems: 10,
      uniqueItems: true,
      default: [443],
      description: `${ports}; the policy pack lets ${who} out on 80 and 443, others go into no-allow-all.openings of its profile as well`,
    }),
    ranges: Type.Array(
      Type.String({ pattern: "^[0-9a-fA-F.:]+/[0-9]+$", description: "A range, as 10.30.0.0/20" }),
      {
        maxItems: 20,
        default: [],
        description: `Ranges of private IPv4 addresses that may be reached beside the public ones. ${ranges}`,
      },
    ),
  };
}
