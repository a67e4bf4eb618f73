import type { HttpRequest } from "../../network/http.ts";
import type { Process } from "../../runtime/process.ts";
import type { Site } from "./sites.ts";

/** One request on its way through nginx. */
export interface Exchange {
  readonly process: Process;
  readonly version: string;
  readonly site: Site;
  readonly request: HttpRequest;
  /** The port it came in on. */
  readonly port: number;
  readonly scheme: "http" | "https";
  /** The path as it stands after rewrites, decoded. */
  uri: string;
  /** Without its question mark. */
  query: string;
  /** What `set` and patterns have named. */
  readonly variables: Map<string, string>;
  /** Where a proxied request went: for the logs. */
  upstream: string;
  /** Of the connection, for the error log. */
  readonly number: number;
}
