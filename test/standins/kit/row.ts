import type { JsonObject } from "../../../tools/plugins/kit/json.ts";
import type { Failure } from "../../../tools/plugins/kit/provider.ts";
import type { ResourceSchema } from "./schema/sdk-schema.ts";
import type { CloudStore, Entry, Stored } from "./store.ts";

/** What a row may know of a resource before it has an id. Inputs are plain values, defaults filled in. */
export interface Draft {
  readonly inputs: JsonObject;
  /** The provider's own configuration. */
  readonly config: JsonObject;
  readonly store: CloudStore;
  /** Name in the program. */
  readonly logicalName: string;
  /** Outputs before an update; undefined for a new resource. */
  readonly old: JsonObject | undefined;
}

export interface Shaped extends Draft {
  readonly id: string;
  /** The cloud's own name. */
  readonly name: string;
}

/** A field by which a resource refers to others, "*" standing for any index or key. */
export interface Use {
  readonly field: string;
  /** Type token of what is referred to. */
  readonly type: string;
  /** What the deletion of the other one meets: this resource refuses it, goes with it, or does not care. */
  readonly onDelete: "refuse" | "vanish" | "nothing";
  /** Whether the field may also mean something that is not in the simulated cloud. */
  readonly elsewhere?: boolean;
}

export interface Autoname {
  /** Input that gets a name where the program gives none. */
  readonly property: string;
  readonly maxLength: number;
  readonly lowerCase?: boolean;
  /** Input that, where it is given, leaves the name to the cloud: a prefix. */
  readonly unless?: string;
}

/** One resource type of a cloud. */
export interface Row {
  readonly autoname?: Autoname;
  /** The cloud's own name; the autonamed property by default, else the id. */
  readonly name?: (draft: Draft, id: string) => string;
  readonly id: (draft: Draft) => string;
  /** Fields that cannot change in place. */
  readonly replaces: readonly string[];
  /** What the cloud fills in where the program says nothing; nested objects are merged. */
  readonly defaults?: JsonObject | ((inputs: JsonObject, config: JsonObject) => JsonObject);
  /** Outputs that follow from the inputs, again after each update. */
  readonly outputs?: (shaped: Shaped) => JsonObject;
  /** Outputs that are made up once. */
  readonly made?: (shaped: Shaped) => JsonObject;
  readonly uses?: readonly Use[];
  /** What the provider itself refuses before it asks the cloud; not called while an input is unknown. */
  readonly problems?: (inputs: JsonObject) => readonly Failure[];
  /** The cloud's refusal to create or update, in its words. */
  readonly refuses?: (draft: Draft) => string | undefined;
  /** The refusal to delete, decided by the outputs in the program's state. */
  readonly protection?: (outputs: JsonObject) => string | undefined;
  /** Whether a deletion only makes the program forget the resource, decided by the outputs in its state. */
  readonly abandons?: (outputs: JsonObject) => boolean;
  /** Creating what is there already is no error. */
  readonly idempotent?: boolean;
  /** The cloud never deletes it: it stays under `kept`, and its name stays taken. */
  readonly kept?: boolean;
  /** Runs when the resource is in the store; what it returns are more outputs. Must stand being run again. */
  readonly onCreate?: (entry: Entry, store: CloudStore) => Promise<JsonObject>;
  readonly onUpdate?: (entry: Entry, store: CloudStore) => Promise<JsonObject>;
  /** Runs before a resource is shown: a cloud goes on with what was begun, also when nobody waits for it. */
  readonly onRead?: (entry: Entry, store: CloudStore) => Promise<JsonObject>;
  readonly beforeDelete?: (entry: Entry, store: CloudStore) => Promise<void>;
  /** Runs when the resource has left the store. */
  readonly afterDelete?: (entry: Entry, store: CloudStore) => Promise<void>;
}

/** The cloud's words for what it refuses. */
export interface Refusals {
  readonly missing: (type: string, reference: string) => string;
  readonly exists: (type: string, id: string) => string;
  readonly inUse: (target: Stored, user: Stored) => string;
}

/** One provider: its resource types, and what all of them share. */
export interface Cloud {
  /** Name of the provider: "gcp". */
  readonly name: string;
  /** The SDK's package: "@pulumi/gcp". */
  readonly sdk: string;
  /** By type token. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Outputs that follow from the provider's configuration and the inputs alone (labels, region): known in a preview. */
  readonly common: (inputs: JsonObject, config: JsonObject, schema: ResourceSchema) => JsonObject;
  readonly refusals: Refusals;
}
