import { headerTitle } from "../../network/http-headers.ts";
import type { HttpRequest } from "../../network/http.ts";

/** A request's headers in the order of their names, as Go and nginx list them; `Host` is not among them. */
export function sortedHeaders({
  headers,
}: Pick<HttpRequest, "headers">): readonly (readonly [name: string, value: string])[] {
  return Object.entries(headers)
    .filter(([name]) => name !== "host" && name !== "connection")
    .map(([name, value]) => [headerTitle(name), value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
}
