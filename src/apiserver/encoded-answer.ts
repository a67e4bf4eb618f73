import { dump } from "js-yaml";

import { decodeText } from "../api/bytes.ts";
import { type Encoding, protobufType } from "./accept.ts";
import { isSet } from "./query-flag.ts";
import { encodingFor } from "./representation.ts";
import type { ApiRequest, ApiResponse } from "./request.ts";
import { protobufAnything } from "./serialize-protobuf.ts";

/**
 * A JSON answer in the encoding that the client likes best: YAML, protobuf if it is of a type that has it, or JSON
 * indented for people. Streams stay as they are.
 */
export function encodedAnswer(response: ApiResponse, request: ApiRequest): ApiResponse {
  const { headers, body } = response;
  if (headers["content-type"] !== "application/json") return response;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return response;
  const encoding = encodingFor(request.headers["accept"]);
  if (encoding === "json" && !isForPeople(request)) return response;
  const text = typeof body === "string" ? body : decodeText(body);
  return text === "" ? response : reencoded(response, JSON.parse(text), encoding);
}

function reencoded(response: ApiResponse, value: unknown, encoding: Encoding): ApiResponse {
  switch (encoding) {
    case "json":
      return { ...response, body: JSON.stringify(value, null, 2) };
    case "yaml":
      return withBody(response, asYaml(value), "application/yaml");
    case "protobuf": {
      const body = protobufAnything(value as Readonly<Record<string, unknown>>);
      return body ? withBody(response, body, protobufType) : response;
    }
  }
}

function withBody(response: ApiResponse, body: string | Uint8Array, contentType: string): ApiResponse {
  return { ...response, headers: { ...response.headers, "content-type": contentType }, body };
}

function asYaml(value: unknown): string {
  return dump(value, { sortKeys: true, seqNoIndent: true, lineWidth: -1, noRefs: true, quoteStyle: "double" });
}

const peoplesAgents = ["curl", "Wget", "Mozilla/5.0"];

/** Whoever looks at it with curl or a browser, unless the query says otherwise. */
function isForPeople({ query, headers }: ApiRequest): boolean {
  if (query.get("pretty")) return isSet(query, "pretty");
  const agent = headers["user-agent"] ?? "";
  return peoplesAgents.some((name) => agent.startsWith(name));
}
