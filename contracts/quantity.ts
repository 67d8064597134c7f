const scales = new Map(
  Object.entries({
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    "": 1,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
  }),
);

const quantity = /^([0-9]+(?:\.[0-9]+)?)([A-Za-z]*)$/;

/**
 * A Kubernetes quantity as a number of its base unit: cores for CPU, bytes for memory and storage. Undefined where it is
 * none; exponents (`1e3`), which Kubernetes never writes itself, and signs are none.
 */
export function quantityOf(text: string): number | undefined {
  const [, digits, suffix = ""] = quantity.exec(text) ?? [];
  const scale = scales.get(suffix);
  return digits === undefined || scale === undefined ? undefined : Number(digits) * scale;
}
