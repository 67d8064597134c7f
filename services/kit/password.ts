import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/** @default 32 characters, of all letters. */
export interface PasswordShape {
  readonly length?: number;
  readonly lower?: boolean;
}

/** A generated secret of letters and digits, which URLs and settings need not escape. */
export function generatePassword(
  name: string,
  parent: pulumi.Resource,
  shape: PasswordShape = {},
): pulumi.Output<string> {
  return inSlot(name, parent, { ...shape, generation: 0, slots: 1 });
}

interface Slotted extends PasswordShape {
  /** How many rotations came before it. */
  readonly generation: number;
  /** How many generations are there at a time. */
  readonly slots: number;
}

/** A new generation takes the place of the oldest, so that those between keep their values. */
function inSlot(
  name: string,
  parent: pulumi.Resource,
  { generation, slots, length = 32, ...shape }: Slotted,
): pulumi.Output<string> {
  const slot = generation % slots;
  // The first values of a slot have no keeper, so that a stack from before rotations keeps its secrets.
  const keepers = generation < slots ? {} : { keepers: { generation: String(generation) } };
  const args = { length, ...shape, special: false, ...keepers };
  return new random.RandomPassword(slot === 0 ? name : `${name}-${slot}`, args, { parent }).result;
}

/** A password that only its owner and its one server know, replaced at once. */
export function replacedPassword(
  name: string,
  parent: pulumi.Resource,
  generation: number,
): pulumi.Output<string> {
  return inSlot(name, parent, { generation, slots: 1 });
}

/** Of an account whose name changes with each generation: whoever still has the one before goes on. */
export interface AlternatingPassword {
  readonly current: pulumi.Output<string>;
  /** Undefined before the first rotation. */
  readonly previous: pulumi.Output<string> | undefined;
}

/** The generation that is used, and the one before it, which pods have until they are rolled. */
export function alternatingPassword(
  name: string,
  parent: pulumi.Resource,
  generation: number,
): AlternatingPassword {
  const of = (wanted: number) => inSlot(name, parent, { generation: wanted, slots: 2 });
  return { current: of(generation), previous: generation === 0 ? undefined : of(generation - 1) };
}

/** Of a secret that signs: replicas on both sides of a rollout accept what the others sign. */
export interface SigningSecret extends AlternatingPassword {
  /** Known before it signs: pods from before the next rotation meet it during that rollout. */
  readonly next: pulumi.Output<string>;
}

/** The generation that signs, and its neighbours. */
export function signingSecret(
  name: string,
  parent: pulumi.Resource,
  generation: number,
): SigningSecret {
  const of = (wanted: number) => inSlot(name, parent, { generation: wanted, slots: 3, length: 40 });
  return {
    current: of(generation),
    previous: generation === 0 ? undefined : of(generation - 1),
    next: of(generation + 1),
  };
}
