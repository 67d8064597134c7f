/**
 * Makes something once for each list of arguments (compared as JSON): tests that ask for the same program share what it
 * registered. What it throws is kept, too.
 */
export function once<Args extends readonly unknown[], Made>(
  make: (...args: Args) => Promise<Made>,
): (...args: Args) => Promise<Made> {
  const made = new Map<string, Promise<Made>>();
  return (...args) => {
    const key = JSON.stringify(args);
    const known = made.get(key) ?? make(...args);
    made.set(key, known);
    return known;
  };
}
