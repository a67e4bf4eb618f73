import type { Secret } from "../../api/types.gen.ts";

/** What a bootstrap token's Secret says. https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
export interface BootstrapToken {
  readonly id: string;
  readonly secret: string;
  /** In ms since the epoch: Infinity for one without an end, -Infinity for one whose end cannot be read. */
  readonly expiresAt: number;
  readonly signs: boolean;
  readonly authenticates: boolean;
  readonly extraGroups: readonly string[];
}

export const bootstrapTokenNamespace = "kube-system";
export const bootstrapTokenPrefix = "bootstrap-token-";

const tokenType = "bootstrap.kubernetes.io/token";

/** undefined: it is none, or is not named after its id. */
export function bootstrapTokenIn({ metadata, type, data = {} }: Secret): BootstrapToken | undefined {
  if (metadata.namespace !== bootstrapTokenNamespace || type !== tokenType) return undefined;
  const text = (key: string): string => Buffer.from(data[key] ?? "", "base64").toString();
  const id = text("token-id");
  const secret = text("token-secret");
  if (metadata.name !== `${bootstrapTokenPrefix}${id}` || secret === "") return undefined;
  const expiration = text("expiration");
  const end = Date.parse(expiration);
  return {
    id,
    secret,
    expiresAt: expiration === "" ? Infinity : Number.isNaN(end) ? -Infinity : end,
    signs: text("usage-bootstrap-signing") === "true",
    authenticates: text("usage-bootstrap-authentication") === "true",
    extraGroups: text("auth-extra-groups")
      .split(",")
      .filter((group) => group !== ""),
  };
}
