/**
 * What EC2 sells in the simulated account, and where. It knows nothing of the catalogue in config/, so that a type which
 * has gone from the cloud and not from there is refused as the cloud would refuse it.
 */

/**
 * Numbers of the zones behind the letters of us-east-1, which differ between accounts (AWS, "AZ IDs"). EKS refuses `d`
 * here, as users report it of us-east-1c (aws-samples/aws-workshop-for-kubernetes #529) and us-east-1e (cortexlabs/cortex #678).
 */
const shuffled = { a: 6, b: 1, c: 2, d: 3, e: 4, f: 5 } as const satisfies Record<string, number>;

/** Newer regions have the same letters in all accounts. */
const uniform = { a: 1, b: 2, c: 3, d: 4 } as const satisfies Record<string, number>;

function numbersOf(region: string): Readonly<Record<string, number>> {
  return region === "us-east-1" ? shuffled : uniform;
}

/** "use1" for us-east-1, "apse2" for ap-southeast-2. */
function prefixOf(region: string): string {
  const [area = "", ...words] = region.split("-");
  const short = words.map((word) => {
    const [, first = "", second = ""] = /^(north|south)?(.)/.exec(word) ?? [];
    return first.slice(0, 1) + second;
  });
  return area + short.join("");
}

/** The physical zone of a name: "use1-az6" of "us-east-1a" in this account. */
export function zoneIdOf(zone: string): string | undefined {
  const region = zone.slice(0, -1);
  const number = numbersOf(region)[zone.slice(-1)];
  return number === undefined ? undefined : `${prefixOf(region)}-az${number}`;
}

/** This account's names of all zones of a region. */
export function zonesOf(region: string): string[] {
  return Object.keys(numbersOf(region)).map((letter) => `${region}${letter}`);
}

/** This account's name of a physical zone. */
export function zoneNameOf(region: string, zoneId: string): string | undefined {
  return zonesOf(region).find((zone) => zoneIdOf(zone) === zoneId);
}

/** Physical zones without capacity for control planes (Amazon EKS, "Subnet requirements for clusters"). */
const withoutControlPlanes = ["use1-az3", "usw1-az2", "cac1-az3"];

export function takesControlPlanes(zone: string): boolean {
  return !withoutControlPlanes.includes(zoneIdOf(zone) ?? "");
}

/**
 * Families that are sold, and the physical zones that lack them. P2, G3 and P3 are gone: EC2 does not describe P3 any
 * more (dstackai/gpuhunt #233). That us-west-2 has a zone without G4dn is from eksctl-io/eksctl #6461, that use1-az3 has
 * nothing as new as M5 from users; the zones without P4d are made up.
 */
const families: Readonly<Record<string, readonly string[]>> = {
  t3: [],
  m5: ["use1-az3"],
  m5a: ["use1-az3"],
  m6a: ["use1-az3"],
  m6i: ["use1-az3"],
  g4dn: ["use1-az3", "usw2-az4"],
  g5: ["use1-az3", "usw2-az4"],
  g6: ["use1-az3", "usw2-az4"],
  p4d: ["use1-az1", "use1-az2", "use1-az3", "use1-az5", "usw2-az3", "usw2-az4"],
};

function familyOf(type: string): string {
  return type.split(".")[0] ?? "";
}

export function isSold(type: string): boolean {
  return familyOf(type) in families;
}

/** Whether EC2 sells a type in a zone, by this account's name. */
export function isSoldIn(type: string, zone: string): boolean {
  return isSold(type) && families[familyOf(type)]?.includes(zoneIdOf(zone) ?? "") === false;
}
