import type { Secret } from "../../api/types.gen.ts";
import { bootstrapTokenIn, bootstrapTokenPrefix } from "../../resources/core/bootstrap-token.ts";
import type { Clock } from "../../sim/clock.ts";
import type { TokenAuthenticator } from "./authentication.ts";
import { issuer } from "./service-account-tokens.ts";

const form = /^([a-z0-9]{6})\.([a-z0-9]{16})$/u;
const groupForm = /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/u;

export interface BootstrapTokenOptions {
  readonly clock: Clock;
  /** A Secret of kube-system. */
  secretNamed(name: string): Secret | undefined;
}

/** By which a machine that is not a node yet asks for a certificate. https://kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens/ */
export function bootstrapTokens({ clock, secretNamed }: BootstrapTokenOptions): TokenAuthenticator {
  return {
    authenticateToken(text, audiences = [issuer]) {
      const [, id = "", key = ""] = form.exec(text) ?? [];
      const secret = id === "" ? undefined : secretNamed(`${bootstrapTokenPrefix}${id}`);
      if (!secret || secret.metadata.deletionTimestamp) return undefined;
      const token = bootstrapTokenIn(secret);
      if (!token?.authenticates || token.secret !== key || token.expiresAt <= clock.now()) return undefined;
      if (!token.extraGroups.every((group) => groupForm.test(group))) return undefined;
      const groups = [...new Set(["system:bootstrappers", ...token.extraGroups])].toSorted();
      return { user: { name: `system:bootstrap:${id}`, groups }, audiences };
    },
  };
}
