import type { GpuCloud } from "../gpu-catalogue.ts";
import type { ConfigValues } from "../schema.ts";
import { activeSections, isCloudProduction, makesCluster, when, type Rule } from "./rule.ts";

/** What a stack that makes its own cluster must say, in the terms of its cloud. */

/** One name for clients, one for workers outside the cluster: they have different credentials. */
export const edgeHasNames: Rule = (config) => {
  const { cloud } = activeSections(config);
  if (cloud === undefined) return [];
  const { apiHost, workerApiHost } = config.edge;
  return [
    ...(["apiHost", "workerApiHost"] as const).flatMap((key) =>
      when(config.edge[key] === undefined, () => ({
        path: `edge.${key}`,
        problem: `is missing, and cloud is "${cloud}"`,
        remedy: "set the name that its DNS record will have, e.g. api.video.example.com",
      })),
    ),
    ...when(apiHost !== undefined && apiHost === workerApiHost, () => ({
      path: "edge.workerApiHost",
      problem: `must differ from edge.apiHost (both are ${apiHost ?? ""})`,
      remedy: "choose another name: each API has its own load balancer",
    })),
  ];
};

/** Region, account and kind of an ARN: `arn:aws:acm:<region>:<account>:certificate/<id>`. */
function regionOf(arn: string): string {
  return arn.split(":")[3] ?? "";
}

export const certificateIsOfTheRegion: Rule = (config) => {
  const { cloud, eks } = activeSections(config);
  const { certificateArn } = config.edge;
  if (cloud === undefined || certificateArn === undefined) return [];
  if (eks === undefined) {
    return [
      {
        path: "edge.certificateArn",
        problem: `is set (${certificateArn}), and cloud is "${cloud}"`,
        remedy: "remove it: only load balancers on eks use a certificate of ACM",
      },
    ];
  }
  return when(regionOf(certificateArn) !== eks.region, () => ({
    path: "edge.certificateArn",
    problem: `must be in the region ${eks.region} (it is ${certificateArn})`,
    remedy: "request the certificate in the region of the cluster",
  }));
};

/** Keys are sent in headers: without TLS anyone on the path can read them. The stack's own authority is known to nobody outside. */
export const publicEdgeHasTls: Rule = (config) => {
  const { enabled, certificate, certificateArn, gateway } = config.edge;
  if (gateway !== undefined) return [];
  const known = enabled ? certificate.secret : certificateArn;
  return when(isCloudProduction(config) && config.edge.public && known === undefined, () => ({
    path: "edge.public",
    problem: "must be false in production without a certificate that clients know (it is true)",
    remedy: enabled
      ? "set edge.certificate.secret, or set it to false"
      : "set edge.enabled and edge.certificate.secret, or edge.certificateArn (eks), or set it to false and terminate TLS before the load balancers",
  }));
};

/** The load balancer passes on what the proxy deciphers. */
export const tlsEndsOnce: Rule = ({ edge: { enabled, certificateArn } }) =>
  when(enabled && certificateArn !== undefined, () => ({
    path: "edge.certificateArn",
    problem: `is set (${certificateArn ?? ""}), and edge.enabled is true`,
    remedy:
      "remove it: the proxy ends TLS, with the certificate of the Secret edge.certificate.secret",
  }));

/** Two ways in from outside are two to guard. */
export const gatewayIsTheOneWay: Rule = (config) => {
  const { cloud } = activeSections(config);
  const { enabled, certificateArn, gateway } = config.edge;
  if (gateway === undefined) return [];
  const others = {
    "edge.enabled": enabled ? "true" : undefined,
    "edge.certificateArn": certificateArn,
  };
  return [
    ...when(cloud === undefined, () => ({
      path: "edge.gateway",
      problem: `is set (${gateway.namespace}/${gateway.name}), and cloud is "${config.cloud}"`,
      remedy: "remove it: a cluster that is there is reached at ports of its nodes",
    })),
    ...Object.entries(others).flatMap(([path, value]) =>
      when(value !== undefined, () => ({
        path,
        problem: `is set (${value ?? ""}), and so is edge.gateway`,
        remedy: "remove one of them: the Gateway is the way in, and ends TLS",
      })),
    ),
    ...when(gateway.pods !== undefined && gateway.ranges.length > 0, () => ({
      path: "edge.gateway.ranges",
      problem: `must be empty with edge.gateway.pods (it has ${gateway.ranges.join(", ")})`,
      remedy: "remove them: pods are known by their labels",
    })),
  ];
};

/** AWS shortens regions in the ids of their zones: ap-southeast-2 is "apse2", us-gov-west-1 is "usgw1". */
function shortRegion(region: string): string {
  const [area = "", ...words] = region.split("-");
  const initials = words.map((word) => {
    const [, side = "", rest = ""] = /^(north|south)?(.)/.exec(word) ?? [];
    return side.slice(0, 1) + rest;
  });
  return area + initials.join("");
}

/** How each cloud writes a zone of a region, all but its end; and that end of the first one. */
const zoneOf = {
  gke: (region: string) => [`${region}-`, "a"],
  eks: (region: string) => [`${shortRegion(region)}-az`, "1"],
} as const satisfies Record<GpuCloud, (region: string) => readonly [string, string]>;

export const zonesAreOfTheRegion: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const section = gke ?? eks;
  if (cloud === undefined || section === undefined) return [];
  const [start, first] = zoneOf[cloud](section.region);
  return section.zones.flatMap((zone, index) =>
    when(zone.slice(0, -1) !== start, () => ({
      path: `${cloud}.zones[${index}]`,
      problem: `must be a zone of ${section.region} (it is "${zone}")`,
      remedy: `use zones such as ${start}${first}`,
    })),
  );
};

/**
 * Physical zones in which EKS makes no control planes
 * (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets).
 */
const zonesWithoutControlPlanes = ["use1-az3", "usw1-az2", "cac1-az3"];

export const zonesTakeControlPlanes: Rule = (config) => {
  const { eks } = activeSections(config);
  return (eks?.zones ?? []).flatMap((zone, index) =>
    when(zonesWithoutControlPlanes.includes(zone), () => ({
      path: `eks.zones[${index}]`,
      problem: `must be a zone in which EKS makes control planes (it is "${zone}")`,
      remedy: `use another zone of the region; EKS refuses ${zonesWithoutControlPlanes.join(", ")}`,
    })),
  );
};

/** How each cloud writes machine types, to tell the one of another cloud. */
const machineWords = {
  gke: {
    node: /^[a-z][0-9]+[a-z]?-[a-z0-9-]+$/,
    nodeExample: "n2-standard-4",
    database: /^db-/,
    databaseExample: "db-custom-2-8192",
  },
  eks: {
    node: /^[a-z0-9-]+\.[a-z0-9]+$/,
    nodeExample: "m6i.xlarge",
    database: /^db\./,
    databaseExample: "db.m6g.large",
  },
} as const;

export const machinesAreOfTheCloud: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const section = gke ?? eks;
  if (cloud === undefined || section === undefined) return [];
  const words = machineWords[cloud];
  const { managed } = config.postgres;
  return [
    ...(["system", "workers"] as const).flatMap((pool) =>
      when(!words.node.test(section[pool].machine), () => ({
        path: `${cloud}.${pool}.machine`,
        problem: `must be a machine type of ${cloud} (it is "${section[pool].machine}")`,
        remedy: `use one such as ${words.nodeExample}`,
      })),
    ),
    ...when(managed !== undefined && !words.database.test(managed.machine), () => ({
      path: "postgres.managed.machine",
      problem: `must be a database machine of ${cloud} (it is "${managed?.machine ?? ""}")`,
      remedy: `use one such as ${words.databaseExample}`,
    })),
  ];
};

/** On which cloud the stack file names the authorities of the database's certificate. */
const caFiles = {
  local: undefined,
  gke: { needed: false, reason: "Cloud SQL provides its own authority" },
  eks: { needed: true, reason: "RDS signs with authorities that AWS publishes" },
} as const satisfies Record<ConfigValues["cloud"], unknown>;

export const managedPostgresFits: Rule = (config) => {
  const { managed } = config.postgres;
  if (managed === undefined) return [];
  const row = caFiles[config.cloud];
  if (row === undefined) {
    return [
      {
        path: "postgres.managed",
        problem: `is set, and cloud is "${config.cloud}"`,
        remedy: "remove it: only gke and eks have Postgres as a service",
      },
    ];
  }
  return when(row.needed !== (managed.caFile !== undefined), () => ({
    path: "postgres.managed.caFile",
    problem: `${row.needed ? "is missing" : `is set (${managed.caFile ?? ""})`}, and ${row.reason}`,
    remedy: row.needed
      ? "download the bundle for your region from https://truststore.pki.rds.amazonaws.com, and name the file"
      : "remove it",
  }));
};

/** A tag that moves rolls nothing out, and does not say what runs. */
export const imageTagStands: Rule = (config) =>
  when(makesCluster(config) && config.images.tag === "latest", () => ({
    path: "images.tag",
    problem: 'must be a version (it is "latest")',
    remedy: "use the tag of a release, because images roll out only when the tag changes",
  }));

/** A digest decides what runs, whatever the tag beside it says: those of another release would go on running it. */
export const digestsAreOfTheTag: Rule = ({ images: { tag, digests } }) =>
  when(digests !== undefined && digests.tag !== tag, () => ({
    path: "images.digests.tag",
    problem: `must be images.tag (it is "${digests?.tag ?? ""}", images.tag is "${tag}")`,
    remedy: `take the digests that \`npm run verify -- --tag ${tag}\` prints, or remove them`,
  }));

/** The kind and the size of a machine type, without its generation: "m xlarge", "standard-4". */
const sizeOf = {
  gke: (type: string) => type.replace(/^[a-z0-9]+-/, ""),
  eks: (type: string) => type.replace(/^([a-z]+)[^.]*\./, "$1 "),
} as const satisfies Record<GpuCloud, (type: string) => string>;

/** Graviton: our images and EKS's AMI of the pool are for x86. */
const isArm = /^[a-z]+\d+[a-z]*g[a-z]*\./;

/** The autoscaler takes all machines of a group for the first one (cluster-autoscaler, cloudprovider/aws/README.md). */
export const alternativesAreOfTheSize: Rule = (config) => {
  const { cloud, gke, eks } = activeSections(config);
  const section = gke ?? eks;
  if (cloud === undefined || section === undefined) return [];
  const { machine, alternatives } = section.system;
  const size = sizeOf[cloud];
  return alternatives.flatMap((type, index) =>
    when(size(type) !== size(machine) || isArm.test(type) || type === machine, () => ({
      path: `${cloud}.system.alternatives[${index}]`,
      problem: `must be another x86 machine type of the size of ${cloud}.system.machine (it is "${type}", the machine is ${machine})`,
      remedy: "use the same size of another generation or maker, or remove it",
    })),
  );
};
