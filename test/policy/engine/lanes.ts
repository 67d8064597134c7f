import { binaries } from "../../support/control-plane.ts";
import { SealedProject } from "../../../tools/policy/sealed-project.ts";

/** As many previews at once as there are cores on the smallest machine that runs the tests. */
const laneCount = 2;

/** Projects that previews of concurrent tests take turns on: a stack holds one preview at a time. */
export class Lanes {
  readonly #free: SealedProject[] = [];
  readonly #waiting: ((project: SealedProject) => void)[] = [];

  static async open(program: string): Promise<Lanes> {
    const lanes = new Lanes();
    for (let lane = 0; lane < laneCount; lane += 1) {
      const options = { program, stack: "test", binaries: binaries() };
      lanes.#free.push(await new SealedProject(options).init());
    }
    return lanes;
  }

  async use<T>(work: (project: SealedProject) => Promise<T>): Promise<T> {
    const project =
      this.#free.pop() ??
      (await new Promise<SealedProject>((resolve) => {
        this.#waiting.push(resolve);
      }));
    try {
      return await work(project);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(project);
      else next(project);
    }
  }

  dispose(): void {
    for (const project of this.#free) project.dispose();
  }
}
