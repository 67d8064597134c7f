/** Functions of @pulumi/pulumi that take a stack for each resource and promise, and keep it for its own debugging. */
const takers = ["debuggablePromise", "callsites"];

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

/** The test runner sets what prepares stacks; plain Node has none. */
const errors: { prepareStackTrace?: Prepare } = Error;

let cheap = false;

/**
 * Spares those stacks the source maps of the test runner, which took longer than the programs themselves. All other
 * errors keep theirs.
 */
export function makeStacksCheap(): void {
  const mapped = errors.prepareStackTrace;
  if (cheap || mapped === undefined) return;
  cheap = true;
  errors.prepareStackTrace = (error, frames) =>
    takers.includes(frames[0]?.getFunctionName() ?? "") ? "" : mapped(error, frames);
}
