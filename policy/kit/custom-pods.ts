import { at, isObject, isPresent, listAt, type Path } from "./json.ts";
import { ifKnown } from "./unknown.ts";

/** Where something is that looks like a pod spec or a part of one. */
export interface Place {
  readonly spec: unknown;
  /** What has the spec and the metadata. */
  readonly holder: unknown;
  readonly path: Path;
  /** Whether the containers, if there are any, are elsewhere. */
  readonly isPart: boolean;
}

/** Lists of containers as pods have them. */
const podLists = ["containers", "initContainers", "ephemeralContainers"];
/** Lists of what runs in one pod, in kinds that run one step after another. */
const stepLists = ["steps", "sidecars"];
/** One container alone, as kinds have it that run a single command. */
const singles = ["container", "script"];
/** Where custom resources alone have containers, all in one pod. */
export const ownHolders = [...singles, ...stepLists];
const holders = new Set([...podLists, ...ownHolders]);

/** Whether these are containers: objects, or a list that nobody knows yet and that has to be evaluated. */
function looksLikeContainers(list: unknown, underSpec: boolean): boolean {
  if (!Array.isArray(list)) return false;
  const items = [...list.keys()].map((i): unknown => ifKnown(() => listAt(list)[i]));
  if (items.some((item) => isObject(item) && (underSpec || "image" in item))) return true;
  return underSpec && items.includes(undefined);
}

function looksLikePodSpec(value: Record<string, unknown>, underSpec: boolean): boolean {
  const listed = podLists.filter((key) => key in value);
  if (
    listed.some((key) => {
      const known = ifKnown(() => ({ list: at(value, key) }));
      return known === undefined ? underSpec : looksLikeContainers(known.list, underSpec);
    })
  ) {
    return true;
  }
  const lists = stepLists.filter((key) => key in value);
  return (
    lists.some((key) =>
      looksLikeContainers(
        ifKnown(() => at(value, key)),
        false,
      ),
    ) ||
    singles.some((key) => {
      const single = ifKnown(() => at(value, key));
      return isObject(single) && "image" in single;
    })
  );
}

const shared = ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"];

const images = ["image", "imageName"];

/** What gives a pod rights or its program, at a place without containers. */
function looksLikePart(value: Record<string, unknown>): boolean {
  const field = (key: string) => (key in value ? ifKnown(() => at(value, key)) : undefined);
  if (shared.some((key) => field(key) === true) || isObject(field("securityContext"))) return true;
  if (images.some((key) => typeof field(key) === "string")) return true;
  const volumes = listAt({ volumes: field("volumes") }, "volumes");
  return [...volumes.keys()].some((i) => ifKnown(() => isPresent(volumes[i], "hostPath")) === true);
}

function keysOf(value: unknown): readonly (string | number)[] {
  if (Array.isArray(value)) return [...value.keys()];
  return isObject(value) ? Object.keys(value) : [];
}

/**
 * Custom resources hide pod templates at places of their own; how a pod looks gives them away. Some keep security contexts,
 * volumes or the use of the node's network elsewhere than the containers: those are parts.
 */
export function findPods(
  value: unknown,
  path: Path = [],
  holder?: unknown,
  inContainer = false,
): Place[] {
  const underSpec = path.at(-1) === "spec";
  const isPod = isObject(value) && looksLikePodSpec(value, underSpec);
  const isPart = !isPod && !inContainer && isObject(value) && looksLikePart(value);
  const inner = keysOf(value).flatMap((next) =>
    findPods(
      ifKnown(() => at(value, next)),
      [...path, next],
      value,
      inContainer || (isPod && holders.has(String(next))),
    ),
  );
  return isPod || isPart ? [{ spec: value, holder, path, isPart }, ...inner] : inner;
}
