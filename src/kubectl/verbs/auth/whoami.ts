import type { SelfSubjectReview } from "../../../api/types.gen.ts";
import { values } from "../../flags.ts";
import { byBytes } from "../../printers/go-json.ts";
import { typedTree } from "../../printers/go-typed.ts";
import { printObject } from "../../printers/print-object.ts";
import { tableStops, tabulate } from "../../printers/tabulate.ts";
import type { Verb } from "../../verb.ts";

/** https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_whoami/ */
export const whoami: Verb = {
  names: ["whoami"],
  summary: "Experimental: Check self subject attributes",
  flags: values("output/o"),

  async run({ flags, rest, io }) {
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const review = await rest.json<SelfSubjectReview>("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", {
      body,
    });
    const output = flags.value("output");
    if (output) {
      const typed = typedTree(review, "io.k8s.api.authentication.v1.SelfSubjectReview");
      return io.out(printObject(typed, output, { typed: true }));
    }
    const { username, uid, groups = [], extra = {} } = review.status?.userInfo ?? {};
    const rows = [
      ["ATTRIBUTE", "VALUE"],
      ...(username ? [["Username", username]] : []),
      ...(uid ? [["UID", uid]] : []),
      ...(groups.length > 0 ? [["Groups", `[${groups.join(" ")}]`]] : []),
      ...Object.keys(extra)
        .toSorted(byBytes)
        .map((key) => [`Extra: ${key}`, `[${(extra[key] ?? []).join(" ")}]`]),
    ];
    await io.out(tabulate(rows.map((row) => `${row.join("\t")}\n`).join(""), tableStops));
  },
};
