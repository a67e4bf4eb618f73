/**
 * Whether a query parameter is set, as Kubernetes reads booleans: anything but its absence, `false` (in any case) and
 * `0` is a yes. Python's clients send `True`.
 */
export function isSet(query: URLSearchParams, name: string): boolean {
  const value = query.get(name)?.toLowerCase();
  return value !== undefined && value !== "false" && value !== "0";
}
