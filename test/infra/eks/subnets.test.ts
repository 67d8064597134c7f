import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planSubnets } from "../../../infra/eks/subnets.ts";

const zones = ["use1-az1", "use1-az2", "use1-az4"];

interface Range {
  readonly first: number;
  readonly last: number;
}

/** First and last address, as numbers, by other arithmetic than the code's. */
function range(cidr: string): Range {
  const [address = "", bits = ""] = cidr.split("/");
  const value = address
    .split(".")
    .map((octet) => Number(octet).toString(2).padStart(8, "0"))
    .join("");
  const prefix = value.slice(0, Number(bits));
  return {
    first: Number.parseInt(prefix.padEnd(32, "0"), 2),
    last: Number.parseInt(prefix.padEnd(32, "1"), 2),
  };
}

function sizeOf({ first, last }: Range): number {
  return last - first + 1;
}

const vpcs = fc
  .record({
    octets: fc.tuple(...[0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 255 }))),
    bits: fc.integer({ min: 16, max: 18 }),
  })
  .map(({ octets, bits }) => `${octets.join(".")}/${bits}`);

test("the default VPC is cut into these subnets", () => {
  expect(planSubnets("10.10.0.0/16", zones)).toEqual([
    { zone: "use1-az1", private: "10.10.0.0/18", public: "10.10.192.0/20" },
    { zone: "use1-az2", private: "10.10.64.0/18", public: "10.10.208.0/20" },
    { zone: "use1-az4", private: "10.10.128.0/18", public: "10.10.224.0/20" },
  ]);
});

describe("for every VPC", () => {
  test("subnets lie inside and share no address", () => {
    fc.assert(
      fc.property(vpcs, (vpc) => {
        const outer = range(vpc);
        const inner = planSubnets(vpc, zones)
          .flatMap((plan) => [range(plan.private), range(plan.public)])
          .toSorted((a, b) => a.first - b.first);
        expect(inner[0]?.first).toBeGreaterThanOrEqual(outer.first);
        expect(inner.at(-1)?.last).toBeLessThanOrEqual(outer.last);
        inner.slice(1).forEach(({ first }, index) => {
          expect(first).toBeGreaterThan(inner[index]?.last ?? Infinity);
        });
      }),
    );
  });

  test("a private subnet is a quarter of it, a public one a sixteenth", () => {
    fc.assert(
      fc.property(vpcs, (vpc) => {
        const whole = sizeOf(range(vpc));
        for (const plan of planSubnets(vpc, zones)) {
          expect(sizeOf(range(plan.private))).toBe(whole / 4);
          expect(sizeOf(range(plan.public))).toBe(whole / 16);
        }
      }),
    );
  });

  test("a third zone moves nothing of the first two", () => {
    fc.assert(
      fc.property(vpcs, (vpc) => {
        expect(planSubnets(vpc, zones).slice(0, 2)).toEqual(planSubnets(vpc, zones.slice(0, 2)));
      }),
    );
  });
});

test.each(["10.10.0.0", "10.10.0.256/16", "10.10.0.0/33", "ten/16", ""])(
  'what is no network is refused: "%s"',
  (text) => {
    expect(() => planSubnets(text, zones)).toThrow(`"${text}" is not a network in CIDR notation`);
  },
);

test("a fourth zone has no room", () => {
  expect(() => planSubnets("10.10.0.0/16", [...zones, "use1-az6"])).toThrow("4 zones");
});
