import { dump } from "js-yaml";

import { decodeText } from "../api/bytes.ts";
import type { ApiResponse } from "./request.ts";

const yaml = "application/yaml";

/** A JSON answer as YAML, where that is what the client likes best. Streams stay as they are: they are JSON by the line. */
export function asYaml(response: ApiResponse, accept: string | undefined): ApiResponse {
  const { headers, body } = response;
  if (!prefersYaml(accept) || headers["content-type"] !== "application/json") return response;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return response;
  const text = typeof body === "string" ? body : decodeText(body);
  const document = dump(JSON.parse(text), {
    sortKeys: true,
    seqNoIndent: true,
    lineWidth: -1,
    noRefs: true,
    quoteStyle: "double",
  });
  return { ...response, headers: { ...headers, "content-type": yaml }, body: document };
}

/** The first type that can be had decides. */
function prefersYaml(accept: string | undefined): boolean {
  const known = new Set([yaml, "application/json", "application/*", "*/*"]);
  const types = (accept ?? "").split(",").map((range) => (range.split(";", 1)[0] ?? "").trim());
  return types.find((type) => known.has(type)) === yaml;
}
