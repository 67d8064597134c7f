/**
 * The groups of tests, in the order in which `npm test` runs them: what needs least comes first. Each is a vitest
 * project of the same name.
 */
export const groups = {
  unit: { needs: [], what: "pure decisions" },
  program: { needs: [], what: "components and whole stacks under mocks, golden files" },
  plugins: { needs: ["tools"], what: "the Pulumi stand-ins against a real kube-apiserver" },
  integration: { needs: ["tools", "images"], what: "the API and the worker against real services" },
  e2e: {
    needs: ["tools", "images", "browser", "stack"],
    what: "the whole platform on the embedded node",
  },
} as const satisfies Record<string, { needs: readonly SetUp[]; what: string }>;

/** What has to be set up before a group can run. */
export type SetUp = "tools" | "images" | "browser" | "stack";

export type Group = keyof typeof groups;

const groupNames = Object.keys(groups).filter(isGroup);

function isGroup(name: string): name is Group {
  return Object.hasOwn(groups, name);
}

/** The groups that `--only unit,plugins` names; all without it. Throws on a name that is none. */
export function chosenGroups(args: readonly string[]): readonly Group[] {
  if (args.length === 0) return groupNames;
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
