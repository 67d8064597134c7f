import type { Cloud } from "../harness/cloud.ts";

interface Leftovers {
  /** What should have gone. */
  readonly unexpected: readonly string[];
  /** What stays on purpose, in the clouds' own words. */
  readonly kept: readonly string[];
}

interface Exported {
  readonly deployment?: { readonly resources?: readonly { readonly urn: string }[] };
}

export async function stateResources(cloud: Cloud): Promise<string[]> {
  const text = await cloud.pulumi.must("stack", "export");
  const { deployment } = JSON.parse(text) as Exported;
  return (deployment?.resources ?? []).map(({ urn }) => urn);
}

/** What a destroyed stack has left in its state, in its cloud and on this machine. */
export async function leftovers(cloud: Cloud): Promise<Leftovers> {
  const volumesStay = cloud.file.get("retainVolumes") !== "false";
  const [retained, lost] = partition(cloud.view.inventory(), (text) => {
    return volumesStay && text.startsWith("disk ");
  });
  return {
    unexpected: [
      ...(await stateResources(cloud)).map((urn) => `in the state: ${urn}`),
      ...lost.map((text) => `in the cloud: ${text}`),
      ...cloud.view.clusters().map((id) => `cluster ${id}`),
      ...cloud.processes().map((pid) => `process ${pid.toString()}`),
    ],
    kept: [...retained, ...cloud.view.kept()],
  };
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
