import { Type } from "typebox";
import { count, memory, optionalSection, resources, section } from "./leaves.ts";

/** The sections of the stack config on what the API stores in. */

function volumeAndPods(of: string, storage: string, amounts: Parameters<typeof resources>[1]) {
  return {
    storage: memory(storage, "Size of the volume; it cannot change later"),
    resources: resources(of, amounts),
  };
}

/** Clients of such a server do without it for the minute until they are rolled, so that one step is enough. */
function tls(of: string) {
  return Type.Enum(["none", "required"], {
    default: "none",
    description: `Whether ${of} takes connections by TLS alone, with a certificate of the stack's own authority`,
  });
}

const ManagedPostgres = optionalSection(
  "Postgres as a service of the cloud (Cloud SQL, RDS) instead of the one in the cluster",
  {
    machine: Type.String({
      minLength: 1,
      description: "Machine of the instance, e.g. db-custom-2-8192 on gke, db.m6g.large on eks",
    }),
    storageGi: Type.Integer({
      minimum: 20,
      maximum: 65536,
      description: "Size of its disk, in GiB",
    }),
    highAvailability: Type.Boolean({
      description: "Whether a standby in a second zone takes over",
    }),
    caFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          "PEM file with the authorities of the server's certificate, relative to the project: the bundle that AWS publishes for RDS; gke needs none",
      }),
    ),
  },
);

export const Postgres = section("Volume and pods of Postgres", {
  ...volumeAndPods("Postgres", "20Gi", {
    requests: { cpu: "500m", memory: "1Gi" },
    limits: { cpu: "2", memory: "2Gi" },
  }),
  replicas: Type.Enum([1, 3], {
    default: 1,
    description:
      "Servers, unless postgres.managed: with 3, each with a volume of its own, another takes over when the one that writes fails",
  }),
  tls: Type.Enum(["none", "offered", "required"], {
    default: "none",
    description:
      "Connections to it by TLS, with a certificate of the stack's own authority: required refuses all others, offered takes both, for the first of two steps on a stack that runs; a managed one has TLS anyway",
  }),
  maxConnections: count(250, { min: 20, max: 1000 }, "Connections that the server accepts"),
  managed: ManagedPostgres,
});

export const Redis = section("Volume and pods of Redis", {
  ...volumeAndPods("Redis", "1Gi", {
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { cpu: "1", memory: "512Mi" },
  }),
  tls: tls("Redis"),
});

export const Rabbitmq = section("Volumes and pods of RabbitMQ", {
  ...volumeAndPods("RabbitMQ", "10Gi", {
    requests: { cpu: "500m", memory: "1Gi" },
    limits: { cpu: "2", memory: "2Gi" },
  }),
  replicas: Type.Enum([1, 3], {
    default: 1,
    description:
      "Nodes of the broker: with 3, each with a volume of its own, one may fail and nothing stops",
  }),
  tls: tls("RabbitMQ"),
});

export const ObjectStore = section("Volume and pods of the object store", {
  ...volumeAndPods("the object store", "100Gi", {
    requests: { cpu: "250m", memory: "256Mi" },
    limits: { cpu: "2", memory: "1Gi" },
  }),
  tls: tls("the object store, where there is no bucket of a cloud,"),
});
