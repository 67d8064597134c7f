import { afterAll, beforeAll, describe, test } from "vitest";
import { note } from "../../../tools/testing/clouds-report.ts";
import { Cloud } from "./cloud.ts";
import type { StackName } from "./stacks.ts";

/** Does one thing to a cloud, and returns what it saw in a few words; throws when that is not what it should be. */
export type Scenario = (cloud: Cloud) => Promise<string>;

/** A scenario, and whether what comes after it makes sense when it fails. */
interface Chapter {
  readonly name: string;
  readonly play: Scenario;
  readonly optional?: boolean;
}

/** The beginning of an error, in one line of the table. */
function inShort(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll(/\s+/g, " ").slice(0, 300);
}

/** The life of one stack, from the first preview to the last deletion: scenarios that follow one another. */
export class Life {
  readonly #name: StackName;
  #cloud: Cloud | undefined;
  /** The scenario without which the rest makes no sense, once it has failed. */
  #broken: string | undefined;

  private constructor(name: StackName) {
    this.#name = name;
  }

  static of(name: StackName, tell: (life: Life) => void): void {
    describe(name, () => {
      const life = new Life(name);
      beforeAll(async () => {
        life.#cloud = await Cloud.open(name);
      });
      afterAll(() => life.#cloud?.dispose());
      tell(life);
    });
  }

  /** A step on which all later ones rest. */
  step(name: string, play: Scenario): this {
    return this.#add({ name, play });
  }

  /** Something to look at on the way. */
  look(name: string, play: Scenario): this {
    return this.#add({ name, play, optional: true });
  }

  #add(chapter: Chapter): this {
    test(chapter.name, () => this.#play(chapter));
    return this;
  }

  async #play({ name, play, optional }: Chapter): Promise<void> {
    const began = performance.now();
    const tell = (passed: boolean, seen: string): void => {
      const seconds = (performance.now() - began) / 1000;
      note({ kind: "scenario", stack: this.#name, name, passed, seconds, seen });
    };
    try {
      if (this.#broken !== undefined) throw new Error(`not played: "${this.#broken}" failed`);
      if (this.#cloud === undefined) throw new Error("there is no cloud");
      tell(true, await play(this.#cloud));
    } catch (error) {
      tell(false, inShort(error));
      if (optional !== true) this.#broken ??= name;
      throw error;
    }
  }
}
