import { ApiError } from "../../../api/status.ts";
import type { TokenRequest } from "../../../api/types.gen.ts";
import { nameArgument } from "../../create-typed.ts";
import { durationMs } from "../../durations.ts";
import { durations, lists, values } from "../../flags.ts";
import { KubectlError } from "../../kubectl-error.ts";
import { typedTree } from "../../printers/go-typed.ts";
import { printObject } from "../../printers/print-object.ts";
import { pathOf } from "../../rest.ts";
import type { Call, Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_create/kubectl_create_token/ */
export const token: Verb = {
  names: ["token"],
  summary: "Request a service account token",
  usage: "SERVICE_ACCOUNT_NAME",
  flags: [
    ...values("output/o", "bound-object-kind", "bound-object-name", "bound-object-uid"),
    ...lists("audience"),
    ...durations("duration"),
  ],

  async run(call) {
    const name = nameArgument(call);
    const accounts = await call.discovery.find("serviceaccounts");
    const body = {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      metadata: { name: "" },
      spec: specOf(call),
    };
    const path = pathOf(accounts, call.namespace, name, "token");
    const answer = await call.rest.json<TokenRequest>("POST", path, { body }).catch((error: unknown) => {
      throw error instanceof ApiError ? new KubectlError(`failed to create token: ${error.message}`) : error;
    });
    const { status } = answer;
    if (!status?.token) throw new KubectlError("failed to create token: no token in server response");
    const output = call.flags.value("output");
    if (!output) await call.io.out(`${status.token}\n`);
    else {
      const typed = typedTree(answer, "io.k8s.api.authentication.v1.TokenRequest");
      await call.io.out(printObject(typed, output, { typed: true }));
    }
  },
};

function specOf({ flags }: Call): object {
  const [kind, name, uid] = ["kind", "name", "uid"].map((part) => flags.value(`bound-object-${part}`));
  if (!kind && name) throw new KubectlError("--bound-object-name can only be set if --bound-object-kind is provided");
  if (!kind && uid) throw new KubectlError("--bound-object-uid can only be set if --bound-object-kind is provided");
  if (kind && kind !== "Pod" && kind !== "Secret" && kind !== "Node") {
    throw new KubectlError(`supported --bound-object-kind values are Node, Pod, Secret`);
  }
  if (kind && !name) throw new KubectlError("--bound-object-name is required if --bound-object-kind is provided");
  const seconds = durationMs(flags.value("duration") ?? "0s") / 1000;
  if (seconds < 0) throw new KubectlError("--duration must be greater than or equal to 0");
  if (!Number.isInteger(seconds)) throw new KubectlError("--duration cannot be expressed in units less than seconds");
  const boundObjectRef = { kind, apiVersion: "v1", name, ...(uid ? { uid } : {}) };
  return {
    audiences: flags.values("audience"),
    ...(seconds > 0 ? { expirationSeconds: seconds } : {}),
    ...(kind ? { boundObjectRef } : {}),
  };
}
