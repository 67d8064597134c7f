import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Cluster } from "../../../infra/cluster.ts";
import { storedText, type SecretText, type StoredForm } from "./secret-text.ts";

/** @default 32 characters, of all letters. */
export interface PasswordShape {
  readonly length?: number;
  readonly lower?: boolean;
}

/** Where a secret is made: in the stack's state, or in a store that the cluster's owner named. */
export interface SecretPlace {
  readonly parent: pulumi.Resource;
  readonly cluster: Pick<Cluster, "secretStore">;
}

interface Slotted extends PasswordShape {
  /** How many rotations came before it. */
  readonly generation: number;
  /** How many generations are there at a time. */
  readonly slots: number;
}

const defaultLength = 32;
const greatestLength = 128;

function formOf({ length = defaultLength, lower = true }: PasswordShape): StoredForm {
  return {
    pattern: `[0-9A-Z${lower ? "a-z" : ""}]{${length},${greatestLength}}`,
    words: `${length} to ${greatestLength} ${lower ? "letters" : "capital letters"} and digits`,
  };
}

/** The first slot has the name itself. */
function slotName(name: string, { generation, slots }: Slotted): string {
  const slot = generation % slots;
  return slot === 0 ? name : `${name}-${slot}`;
}

/** A new generation takes the place of the oldest, so that those between keep their values. */
function madeInSlot(name: string, parent: pulumi.Resource, slotted: Slotted) {
  const { generation, slots, length = defaultLength, ...shape } = slotted;
  // The first values of a slot have no keeper, so that a stack from before rotations keeps its secrets.
  const keepers = generation < slots ? {} : { keepers: { generation: String(generation) } };
  const args = { length, ...shape, special: false, ...keepers };
  return new random.RandomPassword(slotName(name, slotted), args, { parent }).result;
}

function inSlot(name: string, { parent, cluster }: SecretPlace, slotted: Slotted): SecretText {
  const { secretStore } = cluster;
  if (secretStore === undefined) return madeInSlot(name, parent, slotted);
  return storedText(secretStore, slotName(name, slotted), formOf(slotted), slotted.generation);
}

/** A secret of letters and digits, which URLs and settings need not escape. */
export function generatePassword(
  name: string,
  place: SecretPlace,
  shape: PasswordShape = {},
): SecretText {
  return inSlot(name, place, { ...shape, generation: 0, slots: 1 });
}

/**
 * Of what something is computed that no template could: keys of certificates of the stack's own. It is in the stack's state
 * wherever the other secrets are.
 */
export function generateSeed(
  name: string,
  parent: pulumi.Resource,
  { generation = 0, ...shape }: PasswordShape & { readonly generation?: number } = {},
): pulumi.Output<string> {
  return madeInSlot(name, parent, { ...shape, generation, slots: 1 });
}

/** Three of them in turn: what is computed of the one that is used is known beside what was and will be computed of its neighbours. */
export function signingSeeds(name: string, parent: pulumi.Resource, generation: number) {
  const of = (wanted: number) =>
    madeInSlot(name, parent, { generation: wanted, slots: 3, length: 40 });
  return {
    current: of(generation),
    previous: generation === 0 ? undefined : of(generation - 1),
    next: of(generation + 1),
  };
}

/** A password that only its owner and its one server know, replaced at once. */
export function replacedPassword(name: string, place: SecretPlace, generation: number): SecretText {
  return inSlot(name, place, { generation, slots: 1 });
}

/** Of an account whose name changes with each generation: whoever still has the one before goes on. */
export interface AlternatingPassword {
  readonly current: SecretText;
  /** Undefined before the first rotation. */
  readonly previous: SecretText | undefined;
}

/** The generation that is used, and the one before it, which pods have until they are rolled. */
export function alternatingPassword(
  name: string,
  place: SecretPlace,
  generation: number,
): AlternatingPassword {
  const of = (wanted: number) => inSlot(name, place, { generation: wanted, slots: 2 });
  return { current: of(generation), previous: generation === 0 ? undefined : of(generation - 1) };
}

/** Of a secret that signs: replicas on both sides of a rollout accept what the others sign. */
export interface SigningSecret extends AlternatingPassword {
  /** Known before it signs: pods from before the next rotation meet it during that rollout. */
  readonly next: SecretText;
}

/** The generation that signs, and its neighbours. */
export function signingSecret(name: string, place: SecretPlace, generation: number): SigningSecret {
  const of = (wanted: number) => inSlot(name, place, { generation: wanted, slots: 3, length: 40 });
  return {
    current: of(generation),
    previous: generation === 0 ? undefined : of(generation - 1),
    next: of(generation + 1),
  };
}
