import type { ConfigMap, Secret, ServiceAccount } from "../../api/types.gen.ts";
import { byBytes } from "../printers/go-json.ts";
import { listAll } from "../targets.ts";
import { describer, type Describer } from "./describer.ts";
import type { Description } from "./description.ts";

export const configMap: Describer = describer<ConfigMap>(
  "",
  "ConfigMap",
  ({ metadata, data = {}, binaryData = {} }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.line("");
    to.line("Data");
    to.line("====");
    for (const key of Object.keys(data).toSorted(byBytes)) {
      to.line(`${key}:`);
      to.line("----");
      to.line(data[key] ?? "");
      to.line("");
    }
    to.line("");
    to.line("BinaryData");
    to.line("====");
    for (const key of Object.keys(binaryData).toSorted(byBytes)) {
      to.line(`${key}: ${Buffer.from(binaryData[key] ?? "", "base64").length} bytes`);
    }
    to.line("");
  },
);

export const secret: Describer = describer<Secret>(
  "",
  "Secret",
  ({ metadata, type = "", data = {} }, { to }) => {
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    to.line("");
    to.field("Type", type);
    to.line("");
    to.line("Data");
    to.line("====");
    for (const key of Object.keys(data).toSorted(byBytes)) {
      const value = Buffer.from(data[key] ?? "", "base64");
      const isToken = type === "kubernetes.io/service-account-token" && key === "token";
      to.field(key, isToken ? value.toString() : `${value.length} bytes`);
    }
  },
  { withoutEvents: true },
);

export const serviceAccount: Describer = describer<ServiceAccount>(
  "",
  "ServiceAccount",
  async (object, { to, call }) => {
    const { metadata, imagePullSecrets = [], secrets = [] } = object;
    const all = await listAll<Secret>(`/api/v1/namespaces/${metadata.namespace ?? ""}/secrets`, call);
    const tokens = all.filter(({ type, metadata: own }) => {
      const { "kubernetes.io/service-account.name": name, "kubernetes.io/service-account.uid": uid } =
        own.annotations ?? {};
      return type === "kubernetes.io/service-account-token" && name === metadata.name && uid === metadata.uid;
    });
    const known = new Set(all.map((one) => one.metadata.name));
    to.field("Name", metadata.name);
    to.field("Namespace", metadata.namespace ?? "");
    to.labels("Labels", metadata.labels);
    to.annotations("Annotations", metadata.annotations);
    const mark = (name: string): string => (known.has(name) ? name : `${name} (not found)`);
    list(
      "Image pull secrets",
      imagePullSecrets.map(({ name = "" }) => mark(name)),
      to,
    );
    list(
      "Mountable secrets",
      secrets.map(({ name = "" }) => mark(name)),
      to,
    );
    list(
      "Tokens",
      tokens.map((one) => one.metadata.name),
      to,
    );
  },
);

function list(title: string, names: readonly string[], to: Description): void {
  if (names.length === 0) return to.field(title, "<none>");
  for (const [index, name] of names.entries()) to.line(`${index === 0 ? `${title}:` : ""}\t${name}`);
}
