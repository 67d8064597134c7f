import { createRequire } from "node:module";

const ofTests = createRequire(import.meta.url);
const ofSdk = createRequire(ofTests.resolve("@pulumi/pulumi"));

interface Debuggable {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
}
interface Protobuf {
  readonly Message: { readonly prototype: { toString: () => string } };
}

/**
 * Spares what the SDK does for its own debugging, which took longer than our programs: a stack for each promise, and each
 * answer as text for a log that nobody keeps.
 */
export function makeSdkCheap(): void {
  const debuggable = ofTests("@pulumi/pulumi/runtime/debuggable.js") as Debuggable;
  debuggable.debuggablePromise = (promise) => promise;
  const { Message } = ofSdk("google-protobuf") as Protobuf;
  Message.prototype.toString = () => "a message";
}
