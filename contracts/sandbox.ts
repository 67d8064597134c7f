/**
 * What a worker does about isolating ffmpeg. `required`: without every layer it does not start;
 * `best-effort`: it takes the layers that its machine has; `off`: for drivers that work under none.
 */
export const sandboxModes = ["required", "best-effort", "off"] as const;
export type SandboxMode = (typeof sandboxModes)[number];
