interface GroupRow {
  readonly needs: readonly SetUp[];
  readonly what: string;
  /** Runs only when it is asked for by name. */
  readonly onDemand?: true;
  /** Runs beside the others that do: each waits long for the processes that it started. */
  readonly beside?: true;
}

/**
 * The groups of tests, in the order in which `npm test` runs them: what needs least comes first. Each is a vitest
 * project of the same name.
 */
export const groups = {
  unit: { needs: [], what: "pure decisions" },
  program: { needs: [], what: "components and whole stacks under mocks, golden files" },
  tools: { needs: ["promtool"], what: "what starts programs: our commands, the linter, Git" },
  plugins: {
    needs: ["tools"],
    what: "Pulumi's plugins against a real kube-apiserver",
    beside: true,
  },
  policy: {
    needs: ["tools", "actionlint"],
    what: "the policy pack under the real engine: programs that it refuses, our stacks, mutations of them",
    beside: true,
  },
  clouds: {
    needs: ["tools", "simulator"],
    what: "the life of a stack on GKE and of one on EKS, on simulated clouds",
    beside: true,
  },
  "clouds-long": {
    needs: ["tools", "simulator"],
    what: "all four stacks on simulated clouds: failures, pools, growth; the simulated clouds themselves",
    onDemand: true,
  },
  release: {
    needs: ["release"],
    what: "images from Debian's packages, pushed to a registry, signed and verified",
    onDemand: true,
  },
  inputs: {
    needs: ["images"],
    what: "every file of docs/inputs.md through a worker",
    onDemand: true,
  },
  corpus: {
    needs: ["images"],
    what: "hostile files through a worker: reasons, time, memory, canaries",
    onDemand: true,
  },
  models: {
    needs: ["images", "models", "browser"],
    what: "the model services and dubs by them: what was said is heard again, and what it costs",
    onDemand: true,
  },
  integration: {
    needs: ["tools", "promtool", "simulator", "images", "schemathesis", "browser"],
    what: "the API and the worker against real services",
    beside: true,
  },
  e2e: {
    needs: ["tools", "images", "browser", "stack"],
    what: "the whole platform on the embedded node",
  },
  operations: {
    needs: ["tools", "images", "browser", "full stack"],
    what: "the platform with autoscaling, monitoring, tracing and logs on the embedded node",
    onDemand: true,
  },
  rooms: {
    needs: ["images", "livekit"],
    what: "recordings of LiveKit rooms and of pages, faults that last, sound in step over ten minutes",
    onDemand: true,
  },
  replicas: {
    needs: ["tools", "images"],
    what: "three servers of the database and of the broker, of which one is killed",
    onDemand: true,
  },
} as const satisfies Record<string, GroupRow>;

/** What has to be set up before a group can run. */
export type SetUp =
  | "tools"
  | "promtool"
  | "simulator"
  | "actionlint"
  | "release"
  | "images"
  | "models"
  | "livekit"
  | "schemathesis"
  | "browser"
  | "stack"
  | "full stack";

export type Group = keyof typeof groups;

export const groupNames = Object.keys(groups).filter(isGroup);

export function isByDefault(name: Group): boolean {
  const row: GroupRow = groups[name];
  return row.onDemand !== true;
}

function isGroup(name: string): name is Group {
  return Object.hasOwn(groups, name);
}

/** The groups that `--only unit,plugins` names; without it, all but those on demand. Throws on a name that is none. */
export function chosenGroups(args: readonly string[]): readonly Group[] {
  if (args.length === 0) return groupNames.filter(isByDefault);
  const [flag, list, ...rest] = args;
  if (flag !== "--only" || list === undefined || rest.length > 0) {
    throw new Error(`"${args.join(" ")}" is not understood. Use: npm test -- --only unit,plugins`);
  }
  const wanted = list.split(",");
  const unknown = wanted.filter((name) => !isGroup(name));
  if (unknown.length > 0) {
    throw new Error(
      `There is no group of tests "${unknown.join(", ")}". There are: ${groupNames.join(", ")}`,
    );
  }
  return groupNames.filter((name) => wanted.includes(name));
}

function isBeside(name: Group): boolean {
  const row: GroupRow = groups[name];
  return row.beside === true;
}

/** The chosen groups, in order, with those that run side by side together. */
export function stagesOf(chosen: readonly Group[]): readonly (readonly Group[])[] {
  const beside = chosen.filter(isBeside);
  return chosen.flatMap((name) => {
    if (!isBeside(name)) return [[name]];
    return name === beside[0] ? [beside] : [];
  });
}
