import { decodeText } from "../api/bytes.ts";
import { badRequest } from "../api/status.ts";

/** Where a list continues: after an item, as it was at a revision; -1: as it is now. */
export interface Continuation {
  readonly revision: number;
  /** `namespace/name` of the last item sent. */
  readonly after: string;
}

const version = "meta.k8s.io/v1";

export function writeContinuation({ revision, after }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: version, rv: revision, start: after })).toString("base64url");
}

/** Throws BadRequest. */
export function readContinuation(token: string): Continuation {
  const { v, rv, start } = parsed(token);
  if (v !== version) throw notValid(`server does not recognize this encoded version ${JSON.stringify(v)}`);
  if (typeof rv !== "number" || rv === 0)
    throw notValid("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  if (typeof start !== "string" || start === "") throw notValid("encoded start key empty (version meta.k8s.io/v1)");
  return { revision: rv, after: start };
}

function parsed(token: string): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const value: unknown = JSON.parse(decodeText(Buffer.from(token, "base64url")));
    return typeof value === "object" && value !== null ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) throw notValid(error.message);
    throw error;
  }
}

function notValid(why: string): Error {
  return badRequest(`continue key is not valid: ${why}`);
}
