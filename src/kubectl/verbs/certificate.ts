import type { CertificateSigningRequest } from "../../api/types.gen.ts";
import { timestamp } from "../../sim/clock.ts";
import { Failures } from "../failures.ts";
import { booleans, values } from "../flags.ts";
import { KubectlError } from "../kubectl-error.ts";
import { fileFlags } from "../manifest.ts";
import { pathOf } from "../rest.ts";
import { tellResult } from "../result.ts";
import { fetchTargets, namedTargets } from "../targets.ts";
import type { Call, Verb } from "../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_certificate/ */
export const certificate: Verb = {
  names: ["certificate"],
  summary: "Modify certificate resources",
  flags: [],
  verbs: [
    decision({ name: "approve", type: "Approved", did: "approved", summary: "Approve a certificate signing request" }),
    decision({ name: "deny", type: "Denied", did: "denied", summary: "Deny a certificate signing request" }),
  ],
};

interface Decision {
  readonly name: string;
  readonly type: "Approved" | "Denied";
  readonly did: string;
  readonly summary: string;
}

function decision(one: Decision): Verb {
  return {
    names: [one.name],
    summary: one.summary,
    usage: "(-f FILENAME | NAME)",
    flags: [...fileFlags, ...booleans("force"), ...values("output/o")],

    async run(call) {
      const { flags } = call;
      if (flags.args.length === 0 && !flags.has("filename")) {
        throw new KubectlError("one or more CSRs must be specified as <name> or -f <filename>");
      }
      const failures = new Failures();
      const targets = await namedTargets(
        call,
        flags.args.length === 0 ? [] : ["certificatesigningrequests", ...flags.args],
      );
      for (const { resource, object, name } of await fetchTargets(targets, call, failures.add)) {
        await failures.attempt(async () => {
          const decided = await decide(
            object as CertificateSigningRequest,
            { one, path: pathOf(resource, undefined, name, "approval") },
            call,
          );
          await tellResult({ resource, object: decided, did: one.did }, call);
        });
      }
      failures.raise();
      return 0;
    },
  };
}

async function decide(
  request: CertificateSigningRequest,
  { one, path }: { one: Decision; path: string },
  { rest, clock, flags }: Call,
): Promise<CertificateSigningRequest> {
  const conditions = request.status?.conditions ?? [];
  if (conditions.some(({ type }) => type === one.type) && !flags.isTrue("force")) return request;
  const condition = {
    type: one.type,
    status: "True",
    reason: one.type === "Approved" ? "KubectlApprove" : "KubectlDeny",
    message: `This CSR was ${one.did} by kubectl certificate ${one.name}.`,
    lastUpdateTime: timestamp(clock),
  };
  const others = conditions.filter(({ type }) => type !== one.type);
  const body = { ...request, status: { ...request.status, conditions: [...others, condition] } };
  return rest.json("PUT", path, { body });
}
