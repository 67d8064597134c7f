import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Type } from "typebox";
import { parse } from "yaml";
import { parseAs } from "../parse.ts";

/** Where the leftovers of a stack would be, and whether its volumes were meant to outlive it. */
export interface StackPlace {
  readonly cloud: "gke" | "eks";
  /** The project of Google's, or the account of Amazon's. */
  readonly owner: string;
  readonly region: string;
  readonly retainVolumes: boolean;
}

const File = Type.Object({ config: Type.Record(Type.String(), Type.Unknown()) });
const Project = Type.Object({ project: Type.String(), region: Type.String() });
const Account = Type.Object({ accountId: Type.String(), region: Type.String() });

type Read = (section: unknown, what: string) => Pick<StackPlace, "owner" | "region">;

/** What the section of each cloud says of the place. */
const sections: Readonly<Record<StackPlace["cloud"], Read>> = {
  gke: (section, what) => {
    const { project, region } = parseAs(Project, section, what);
    return { owner: project, region };
  },
  eks: (section, what) => {
    const { accountId, region } = parseAs(Account, section, what);
    return { owner: accountId, region };
  },
};

function isCloud(value: unknown): value is StackPlace["cloud"] {
  return typeof value === "string" && Object.hasOwn(sections, value);
}

/** `pulumi config set` writes sections and flags as text, people write them as YAML. */
function plain(value: unknown): unknown {
  return typeof value === "string" ? JSON.parse(value) : value;
}

/** Where a stack is, by the text of its file. */
export function placeIn(text: string, file: string): StackPlace {
  const { config } = parseAs(File, parse(text), file);
  const cloud = config["framewright:cloud"];
  if (!isCloud(cloud)) {
    throw new Error(
      `${file}: framewright:cloud is ${JSON.stringify(cloud ?? "local")}; only gke and eks leave things in a cloud (\`npm run down\` looks after this machine)`,
    );
  }
  const key = `framewright:${cloud}`;
  const retained = plain(config["framewright:retainVolumes"] ?? true);
  return {
    cloud,
    ...sections[cloud](plain(config[key]), `${key} in ${file}`),
    retainVolumes: parseAs(Type.Boolean(), retained, `framewright:retainVolumes in ${file}`),
  };
}

export function readStackPlace(stack: string, root: string): StackPlace {
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync(join(root, file))) {
    const known = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
    throw new Error(`there is no ${file}; stacks with a file here: ${known.join(", ")}`);
  }
  return placeIn(readFileSync(join(root, file), "utf8"), file);
}
