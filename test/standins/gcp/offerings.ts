/**
 * Accelerators of the zones that the simulated project knows (Compute Engine, "GPU locations"); a zone that is not listed
 * has all of them but the A100. It knows nothing of the catalogue in config/.
 */
const zones: Readonly<Record<string, readonly string[]>> = {
  "us-central1-a": ["nvidia-tesla-a100", "nvidia-l4", "nvidia-tesla-t4", "nvidia-tesla-v100"],
  "us-central1-b": ["nvidia-l4", "nvidia-tesla-t4", "nvidia-tesla-v100"],
  "us-central1-c": ["nvidia-tesla-a100", "nvidia-l4", "nvidia-tesla-t4", "nvidia-tesla-v100"],
  "us-central1-f": ["nvidia-tesla-a100", "nvidia-tesla-t4", "nvidia-tesla-v100"],
  "europe-west4-a": ["nvidia-tesla-a100", "nvidia-l4", "nvidia-tesla-v100"],
  "europe-west4-b": ["nvidia-tesla-a100", "nvidia-l4", "nvidia-tesla-t4", "nvidia-tesla-v100"],
  "europe-west4-c": ["nvidia-l4", "nvidia-tesla-t4", "nvidia-tesla-v100"],
};

const everywhere = ["nvidia-l4", "nvidia-tesla-t4", "nvidia-tesla-v100"];

/** The accelerator types of a zone. */
export function acceleratorsOf(zone: string): readonly string[] {
  return zones[zone] ?? everywhere;
}

export function hasAccelerator(type: string, zone: string): boolean {
  return acceleratorsOf(zone).includes(type);
}

/** Machine families of the simulated project; a zone without a GPU refuses the GPU, whatever the machine. */
const families = ["e2", "n1", "n2", "n2d", "c3", "g2", "a2"];

export function isMachineType(type: string): boolean {
  return families.includes(type.split("-")[0] ?? "");
}
